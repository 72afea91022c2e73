"""Views of lists that people keep: saved, opened, changed, shared, deleted; columns and row height remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.lists import saved
from c2m2a_crm.core.models import History, SavedView
from members import services
from tests.members.reading import one, read, texts

pytestmark = pytest.mark.django_db

LIST = "/organizations/"


@pytest.fixture(autouse=True)
def parties(staff: User) -> None:
    for name, kind in (("Alpha", "business"), ("Beta", "association")):
        services.create_party(actor=staff, kind=kind, name_en=name)


def keep(client: Client, name: str, query: str, **data: str) -> Any:
    address = reverse("core:save_view", args=["organizations"])
    return client.post(address, {"name": name, "query": query, "next": f"{LIST}?{query}", **data})


def names(response: Any) -> list[str]:
    return texts(read(response), "#results tbody th .t")


def tabs(client: Client, address: str = LIST) -> list[str]:
    return texts(read(client.get(address)), "#list-views .tabs a")


def warnings_on(response: Any) -> list[str]:
    return [" ".join(text.split()) for text in texts(read(response), ".banner h2, .banner h3, .banner p")]


def test_a_list_is_kept_under_a_name_and_opens_as_it_was(staff: User, as_staff: Client) -> None:
    assert tabs(as_staff) == []
    page = read(as_staff.get(f"{LIST}?sort=-name&page=1&kind=business&q=&column=kind"))
    query = one(page, "#list-views [name=query]").get("value")
    assert query == "kind=business&sort=-name&column=kind"
    response = keep(as_staff, "  Firms ", query)
    view = SavedView.objects.get()
    assert (view.name, view.owner, view.list_key, view.query) == ("Firms", staff, "organizations", query)
    assert response["Location"] == f"{LIST}?view={view.pk}&{query}"
    opened = as_staff.get(response["Location"])
    assert names(opened) == ["Alpha"]
    assert texts(read(opened), "#list-views .tabs [aria-current=page]") == ["Firms"]
    assert texts(read(opened), "#results thead th:not(.w0)") == ["Organization", "Kind"]
    assert history_of(view).get().actor_id == staff.pk


def test_of_a_view_sent_twice_at_once_one_is_kept(
    staff: User, as_staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(as_staff, "Firms", "kind=business")
    other = saved.save_view(actor=staff, list_key="organizations", name="Others", query="kind=association")
    monkeypatch.setattr(QuerySet, "exists", lambda rows: False)  # asked before the other one was there
    with pytest.raises(saved.ViewRefused, match="of this name"):
        saved.save_view(actor=staff, list_key="organizations", name="Firms", query="kind=business")
    with pytest.raises(saved.ViewRefused, match="of this name"):
        saved.describe_view(actor=staff, view=other, name="Firms", is_shared=False)
    assert keep(as_staff, "Firms", "kind=business").status_code < 500
    assert SavedView.objects.filter(name="Firms").count() == 1


def test_a_letter_that_the_database_does_not_take_is_left_out(staff: User, as_staff: Client) -> None:
    keep(as_staff, "Firms", "q=a\x00b")
    view = SavedView.objects.get()
    assert view.query == "q=ab"
    assert saved.replace_query(actor=staff, view=view, query="q=\x00c").query == "q=c"


def test_an_address_that_only_names_the_view_leads_to_its_filters(staff: User, as_staff: Client) -> None:
    view = saved.save_view(actor=staff, list_key="organizations", name="Firms", query="kind=business")
    response = as_staff.get(f"{LIST}?view={view.pk}")
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?view={view.pk}&kind=business")


def test_a_changed_view_says_so_and_keeps_the_change_when_told(staff: User, as_staff: Client) -> None:
    view = saved.save_view(actor=staff, list_key="organizations", name="Firms", query="kind=business")
    same = read(as_staff.get(f"{LIST}?view={view.pk}&kind=business&page=1&count=exact"))
    assert not texts(same, "#list-views .view-actions > .meta")
    changed = read(as_staff.get(f"{LIST}?view={view.pk}&kind=association"))
    assert texts(changed, "#list-views .view-actions > .meta") == ["“Firms”, changed"]
    form = one(changed, f"#list-views form[action='{reverse('core:replace_view', args=[view.pk])}']")
    response = as_staff.post(form.get("action"), {each.name: each.value for each in form.cssselect("[name]")})
    assert response["Location"] == f"{LIST}?view={view.pk}&kind=association"
    view.refresh_from_db()
    assert view.query == "kind=association"


def test_a_new_filter_stays_in_the_view(staff: User, as_staff: Client) -> None:
    view = saved.save_view(actor=staff, list_key="organizations", name="Firms", query="kind=business")
    response = as_staff.get(f"{LIST}?view={view.pk}&kind=business", headers={"HX-Request": "true"})
    page = read(response)
    kept = [(box.get("name"), box.get("value")) for box in page.cssselect("#results input[form=list-filters]")]
    assert kept == [("view", str(view.pk))]
    assert texts(page, "#list-views[hx-swap-oob] .tabs [aria-current=page]") == ["Firms"]


def test_what_a_view_asks_for_and_the_list_lost_is_said(staff: User, as_staff: Client) -> None:
    query = "tier=1&owner=999999&sort=-tier&column=name&column=tier"
    view = saved.save_view(actor=staff, list_key="organizations", name="Old", query=query)
    response = as_staff.get(f"{LIST}?view={view.pk}&{query}")
    assert names(response) == ["Alpha", "Beta"]
    assert warnings_on(response) == [
        "“Old” asks for the filter “tier”, which is gone. The list is shown without it.",
        "“Old” asks for the column “tier”, which is gone. The list is shown without it.",
        "“Old” asks for the column “tier”, which is gone. The list is shown without it.",
        "“Old” asks for a value of “Owner” that is gone. The list is shown without that filter.",
    ]


def test_a_view_that_is_gone_is_said(staff: User, as_staff: Client) -> None:
    view = saved.save_view(actor=staff, list_key="organizations", name="Firms", query="kind=business")
    saved.delete_view(actor=staff, view=view)
    response = as_staff.get(f"{LIST}?view={view.pk}&kind=business")
    assert names(response) == ["Alpha"]
    assert warnings_on(response) == ["The saved view of this address was deleted, or is not shared any more."]
    assert tabs(as_staff) == []
    assert SavedView.objects.archived().get() == view


@pytest.mark.parametrize("view", ["", "x", "0", "99999999999999999999999"])
def test_a_bad_view_breaks_nothing(as_staff: Client, view: str) -> None:
    assert names(as_staff.get(f"{LIST}?view={view}&kind=business")) == ["Alpha"]


def test_own_views_are_nobody_elses(
    staff: User, viewer: User, as_viewer: Client, client_of: Callable[[User], Client]
) -> None:
    view = saved.save_view(actor=staff, list_key="organizations", name="Firms", query="kind=business")
    assert tabs(as_viewer) == []
    for name in ("describe_view", "replace_view", "delete_view"):
        assert as_viewer.post(reverse(f"core:{name}", args=[view.pk]), {"name": "Mine"}).status_code == 404
    view.refresh_from_db()
    assert (view.name, view.is_archived) == ("Firms", False)
    assert tabs(client_of(staff)) == ["All", "Firms"]


def test_shared_views_are_everybodys_to_open_and_the_owners_to_change(
    staff: User, as_staff: Client, as_viewer: Client, as_secretariat: Client, as_administrator: Client
) -> None:
    keep(as_staff, "Firms", "kind=business", is_shared="1")
    view = SavedView.objects.get()
    assert view.is_shared
    for client in (as_viewer, as_secretariat, as_administrator):
        assert tabs(client) == ["All", "Firms"]
    address = reverse("core:describe_view", args=[view.pk])
    assert as_secretariat.post(address, {"name": "Theirs"}).status_code == 403
    opened = read(as_secretariat.get(f"{LIST}?view={view.pk}&kind=association"))
    assert not opened.cssselect("#list-views form[action*='/replace/'], #list-views form[action*='/delete/']")
    assert as_administrator.post(address, {"name": "Companies", "next": LIST}).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.owner) == ("Companies", False, staff)


def test_who_may_only_look_keeps_views_and_shares_none(as_viewer: Client) -> None:
    assert keep(as_viewer, "Firms", "kind=business").status_code == 302
    assert keep(as_viewer, "Others", "kind=association", is_shared="1").status_code == 403
    assert [view.name for view in SavedView.objects.all()] == ["Firms"]
    assert not read(as_viewer.get(f"{LIST}?kind=business")).cssselect("#list-views [name=is_shared]")


@pytest.mark.parametrize(
    ("name", "query", "why"),
    [
        ("  ", "kind=business", "Give the view a name."),
        ("Firms", "kind=expert", "You have a view of this name. Choose another."),
        ("Long", "q=" + "a" * 2000, "These filters are too long to be kept."),
    ],
)
def test_a_view_that_cannot_be_kept_is_refused_in_words(
    staff: User, as_staff: Client, name: str, query: str, why: str
) -> None:
    saved.save_view(actor=staff, list_key="organizations", name="Firms", query="kind=business")
    response = keep(as_staff, name, query, next=f"{LIST}?kind=business")
    assert SavedView.objects.count() == 1
    assert response["Location"] == f"{LIST}?kind=business"
    assert why in warnings_on(as_staff.get(LIST))


def test_one_person_keeps_so_many_views_of_a_list(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST_VIEWS", 1)
    saved.save_view(actor=staff, list_key="organizations", name="Firms", query="kind=business")
    saved.save_view(actor=staff, list_key="people", name="Firms", query="q=a")
    with pytest.raises(saved.ViewRefused):
        saved.save_view(actor=staff, list_key="organizations", name="Experts", query="kind=expert")


def test_a_deleted_name_is_free_again(staff: User, as_staff: Client) -> None:
    view = saved.save_view(actor=staff, list_key="organizations", name="Firms", query="kind=business")
    assert as_staff.post(reverse("core:delete_view", args=[view.pk]), {"next": LIST})["Location"] == LIST
    again = saved.save_view(actor=staff, list_key="organizations", name="Firms", query="kind=expert")
    assert tabs(as_staff) == ["All", "Firms"]
    assert list(SavedView.objects.active()) == [again]


def test_no_form_leads_out_of_the_product(as_staff: Client) -> None:
    for data in ({"next": "https://elsewhere.example/"}, {"next": "//elsewhere.example/"}, {}):
        sent = {"name": f"View {data}", "query": "", **data}
        response = as_staff.post(reverse("core:save_view", args=["organizations"]), sent)
        assert response["Location"].startswith("/?view=")


# --- Columns and row height -------------------------------------------------------------------------------------------


def remember(client: Client, **data: Any) -> Any:
    address = reverse("core:list_settings", args=["organizations"])
    return client.post(address, {"next": f"{LIST}?kind=business", **data})


def heads(client: Client, address: str = LIST) -> list[str]:
    return texts(read(client.get(address)), "#results thead th:not(.w0)")


def test_columns_are_remembered_for_the_person_and_the_list(as_staff: Client, as_viewer: Client) -> None:
    default = heads(as_staff)
    response = remember(as_staff, column=["name", "kind", "website"], density="compact")
    assert response["Location"] == f"{LIST}?kind=business"
    assert heads(as_staff) == ["Organization", "Kind", "Website"]
    assert one(read(as_staff.get(LIST)), "#results").get("data-density") == "compact"
    assert heads(as_viewer) == default
    assert "Kind" not in heads(as_staff, "/people/")
    assert one(read(as_viewer.get(LIST)), "#results").get("data-density") is None


def test_columns_in_the_address_win(as_staff: Client) -> None:
    remember(as_staff, column=["name", "kind"])
    assert heads(as_staff, f"{LIST}?column=owner") == ["Organization", "Owner"]
    page = read(as_staff.get(f"{LIST}?column=owner&sort=-name&page=1&choose=1"))
    assert one(page, ".colpick [name=next]").get("value") == f"{LIST}?sort=-name"


def test_lists_are_remembered_beside_each_other(staff: User, as_staff: Client) -> None:
    remember(as_staff, column=["name", "kind"])
    as_staff.post(reverse("core:list_settings", args=["people"]), {"column": ["name", "phone"], "next": "/people/"})
    staff.refresh_from_db()
    assert staff.list_settings == {
        "organizations": {"columns": ["name", "kind"]},
        "people": {"columns": ["name", "phone"]},
    }


def test_what_is_no_column_shows_nothing(as_staff: Client) -> None:
    default = heads(as_staff)
    remember(as_staff, column=["<script>", "nonsense", "legal_name"], density="huge")
    assert heads(as_staff) == default


def test_nothing_is_kept_for_a_list_that_does_not_exist(staff: User, as_staff: Client) -> None:
    for name, data in (("core:list_settings", {"column": ["name"]}), ("core:save_view", {"name": "Mine", "query": ""})):
        for list_key, code in (("organisations", 404), ("x" * 50, 404), ("organizations", 302)):
            response = as_staff.post(reverse(name, args=[list_key]), {**data, "next": LIST})
            assert response.status_code == code, (name, list_key)
    staff.refresh_from_db()
    assert list(staff.list_settings) == ["organizations"]
    assert SavedView.objects.count() == 1


def test_how_a_list_is_read_is_no_history(staff: User, as_staff: Client) -> None:
    before = History.objects.count()
    remember(as_staff, column=["name", "kind"])
    assert History.objects.count() == before


def test_files_carry_the_columns_of_the_screen(as_staff: Client) -> None:
    remember(as_staff, column=["name", "kind"])
    response = as_staff.get(reverse("core:export", args=["organizations", "csv"]))
    data = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    assert data.splitlines()[0].startswith("Organization,Kind,Record,")


def test_the_choice_of_columns_is_drawn_when_it_is_opened(as_staff: Client) -> None:
    page = read(as_staff.get(f"{LIST}?sort=-name"))
    panel = one(page, "#list-columns .colpick")
    assert not panel.cssselect("form")
    fetched = read(as_staff.get(panel.get("hx-get"), headers={"HX-Request": "true"}))
    assert one(fetched, ".colpick [name=next]").get("value") == f"{LIST}?sort=-name"
    opened = read(as_staff.get(one(panel, "a").get("href")))
    assert one(opened, "#list-columns").get("open") is not None
    assert one(opened, "#list-columns form [name=column][value=owner]").get("checked") is not None
