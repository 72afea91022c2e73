"""Letters to third parties about their records in a request, and what they answered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0007_form_tokens'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='legalperiod',
            name='subject',
            field=models.CharField(choices=[('person_access', 'Access to one’s own information'), ('information_access', 'Access to information'), ('third_party_answer', 'Answer of a third party to a notice')], max_length=30, verbose_name='subject'),
        ),
        migrations.CreateModel(
            name='ThirdPartyNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(blank=True, editable=False, null=True, unique=True)),
                ('recipient', models.CharField(max_length=250, verbose_name='third party')),
                ('to_address', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French')], max_length=2, verbose_name='language of the letter')),
                ('contents', models.TextField(verbose_name='what the records hold of theirs')),
                ('sent_on', models.DateField(verbose_name='sent on')),
                ('answer', models.CharField(blank=True, choices=[('consents', 'Consents'), ('objects', 'Objects'), ('none', 'No answer')], max_length=10, verbose_name='answer')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='answered on')),
                ('answer_note', models.TextField(blank=True, verbose_name='in their words')),
                ('period', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='privacy.legalperiod', verbose_name='legal period')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='privacy.accessrequest')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
            ],
            options={
                'verbose_name': 'notice to a third party',
                'verbose_name_plural': 'notices to third parties',
                'ordering': ['sent_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='NoticedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='privacy.accessitem')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='privacy.thirdpartynotice')),
            ],
            options={
                'verbose_name': 'record of a notice to a third party',
                'verbose_name_plural': 'records of notices to third parties',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='thirdpartynotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_on__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_on__gte', models.F('sent_on'))), _connector='OR'), name='third_party_answers_after_the_letter', violation_error_message='The answer cannot have come before the letter.'),
        ),
        migrations.AddConstraint(
            model_name='noticedrecord',
            constraint=models.UniqueConstraint(fields=('notice', 'item'), name='record_once_in_a_notice'),
        ),
    ]
