"""Short forms by which people are called, in English and French. Folded; a short form may stand for several names."""

from __future__ import annotations

from typing import Final

# Each line is one name with its short forms. Names of two languages are two names: Pierre is not Peter.
_LINES: Final = """
abigail abby gail
abraham abe
adelaide addie
alain al
albert al bert bertie
alexander alexandre alex alec sandy xander sasha
alexandra alexandria alex alexa sandra sandy lexi sasha
alfred al fred freddie
allan alan allen al
allison alison ally
amanda mandy
andrew andy drew
angela angie
ann anne anna annie nan
anthony antony tony
antoine tony
antoinette toni nettie
arnold arnie
arthur art artie
augustin augustine gus
barbara barb barbie babs
bartholomew bart
beatrice bea
benjamin ben benny benji
benoit ben
bernard bernie
bernadette bernie
bradley brad
caroline carolyn carrie caro
catherine katherine kathryn katharine kathleen cathy kathy kate katie kat cath kitty
charles charlie chuck chas
charlotte charlie lottie
christian chris
christina christine kristina kristine chris tina chrissy
christopher christophe chris kit
clifford cliff
constance connie
cynthia cindy
daniel dan danny
daniele danielle dany dani
david dave davey
deborah debra deb debbie
denis dennis denny
dominic dominique dom
donald don donnie
dorothy dot dottie dolly
douglas doug
edmond edmund ed eddie ned
edward edouard ed eddie ted ned
eleanor elinor ellie nora
elizabeth elisabeth liz lizzie beth betty eliza lisa libby babette
emmanuel manu
emmanuelle manu
emily emilie em emmy
ernest ernie
etienne steve
eugene gene
evelyn eve evie
ferdinand ferd
florence flo
frances fran frankie
francis francois frank
franklin frank
frederic frederick frederik fred freddie
gabriel gab gabe
gabrielle gab gaby
genevieve gen genny
geoffrey jeffrey jeff geoff
george georges
gerald gerry jerry
gerard gerry
gilbert gil bert
gordon gord gordie
gregory gregoire greg
guillaume guy will
gustave gus
guylaine guy
harold harry hal
harry henry
helen helene ellen nell
henry hank hal
herbert herb bert
hubert hugh bert
isabelle isabel isabella isa bella izzy
jacob jake
jacqueline jackie jacquie
jacques jack
james jim jimmy jamie
jane janie
janet jan
janice jan
jean-francois jf
jean-philippe jp
jean-pierre jp
jean-sebastien js
jennifer jen jenny jenn
jeremy jeremie jerry
jerome jerry
jessica jess jessie
joanne joan jo
john jack johnny jon
jonathan jon johnny
joseph joe joey jos
josephine jo josie
joshua josh
judith judy
julia julie jules
kenneth ken kenny
kimberly kimberley kim
lawrence laurence larry laurie
leonard len lenny leo
leslie les
lillian lily lil
louis lou louie
louise lou
lucille lucy
madeleine madeline maddie
margaret marguerite maggie meg peg peggy marge margie greta rita daisy
marie-eve meve
marie-josee mj
martha patty
martin marty
mary molly polly mamie
mathieu matthieu matthew mathew matt mat
maurice moe
maxime maximilien max
maximilian max
maxwell max
melanie mel
melissa mel missy
melvin mel
michael mike mick mickey mikey
michel mike mich
michelle michele shelly mich
mildred millie
mitchell mitch
monique mo
nancy nan
natalie nathalie nat
nathan nathaniel nat nate
nicholas nicolas nick nico
nicole nikki nic
norman norm
oliver olivier ollie
olivia liv
pamela pam
patricia pat patty patsy tricia trish
patrick pat paddy
peter pete
philip phillip philippe phil
priscilla cilla
rachel rachelle rae
randolph randall randy
raymond ray
rebecca becky becca
reginald reg reggie
richard rick ricky dick rich richie
robert bob bobby rob robbie bert
roberta bobbie
rodney rod
roderick rod rory
roger rodge
roland rollie
ronald ron ronnie
rosalie rose rosie
russell russ
samantha sam
samuel sam sammy
sandra sandy
sarah sara sally
sebastien sebastian seb
serge sergei
sharon sherry
sheldon shelly
sidney sydney sid
simon si
solange sol
sophia sophie
stanley stan
stephane steph
stephanie steph stevie
stephen steven steve
susan suzanne susanne sue susie suzie
sylvain syl
sylvie syl
terence terrence terry
teresa theresa therese terry tess
theodore theo ted teddy
thomas tom tommy
timothy tim timmy
tobias toby
valerie val
vanessa nessa
veronique veronica vero ronnie
victor vic
victoria vicky tori
vincent vince vinny
virginia ginny
vivian viv
walter walt wally
wayne
wendy
wilfred wilf fred
william bill billy will willie liam
winifred winnie
yvonne
zachary zach zack
"""

NAMES_OF: Final[dict[str, frozenset[int]]] = {
    form: frozenset(number for number, line in enumerate(_LINES.split("\n")) if form in line.split())
    for form in set(_LINES.split())
}


_ON_LINE: Final = [frozenset(line.split()) for line in _LINES.split("\n")]


def forms_of(given: str) -> frozenset[str]:
    """The name itself and every form that may stand for it."""
    return frozenset({given}).union(*(_ON_LINE[number] for number in NAMES_OF.get(given, ())))


def may_be_called(one: str, other: str) -> bool:
    """Whether two folded given names may be one name and its short form, or two short forms of it."""
    return not NAMES_OF.get(one, frozenset()).isdisjoint(NAMES_OF.get(other, frozenset()))


def name_behind(given: str) -> str:
    """One word for all forms of a name, for putting records beside each other; the form itself where it is no name."""
    lines = NAMES_OF.get(given)
    return f"#{min(lines)}" if lines else given
