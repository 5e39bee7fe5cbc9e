"""What the demo county is made of: the files of `demo/data/`, read once and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, RootModel, TypeAdapter

from kernel.yamlfile import read_yaml

DATA = Path(__file__).parent / "data"


class Part(BaseModel):
    """A part of a data file: unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class UnitPlan(Part):
    """A unit, how many people it has, and its share of the work."""

    id: str
    name: str
    short: str
    people: int
    weight: int = 0


class OtherUnitPlan(UnitPlan):
    """A unit that is neither a department nor a town: its kind, its people's role, and what it lies under."""

    kind: str
    role: str
    #: The unit it lies under; none: the office.
    parent: str | None = None


class CountyPlan(Part):
    """The county's units."""

    name: str
    area: str
    office: UnitPlan
    leadership: UnitPlan
    departments: tuple[UnitPlan, ...]
    towns: tuple[UnitPlan, ...]
    others: tuple[OtherUnitPlan, ...]


class TradeNames(Part):
    """The two characters of a trade name, and the pairs that real firms made famous."""

    first: str
    second: str
    unwanted: tuple[str, ...] = Field(alias="not")


class NamePlan(Part):
    """What invented names and addresses are put together from."""

    surnames: str
    given: tuple[str, ...]
    words: TradeNames
    roads: tuple[str, ...]
    villages: tuple[str, ...]


class Holiday(Part):
    """Days off, both ends counted in."""

    name: str
    start: date = Field(alias="from")
    end: date = Field(alias="to")


class ExtraWorkday(Part):
    """A weekend day that is worked."""

    name: str
    day: date


class NamedDays(Holiday):
    """A key period or a campaign, both ends counted in."""

    id: str


class CalendarPlan(Part):
    """Days that differ from the week, and spans of days on which more is owed."""

    holidays: tuple[Holiday, ...]
    workdays: tuple[ExtraWorkday, ...]
    key_periods: tuple[NamedDays, ...]
    campaigns: tuple[NamedDays, ...]


class Showcase(Part):
    """Somebody whom a visitor may sign in as."""

    person: str
    title: dict[str, str]


class AccountPlan(Part):
    """Who may sign in to try the demo."""

    password: str
    showcase: tuple[Showcase, ...]


class NamePattern(Part):
    """How names of one trade look, and what such a unit is."""

    pattern: str
    industry: str
    weight: int
    code: str = "91"
    type: str = "company"
    kind: str | None = None


class SectorPlan(Part):
    """A sector: its size, who leads it, and what its enterprises are called."""

    count: int
    dept: str
    #: Other departments that go there.
    also: tuple[str, ...] = ()
    staff: tuple[int, int]
    tags: tuple[str, ...]
    names: tuple[NamePattern, ...]
    #: Kinds of business within the sector, each with its size.
    kinds: dict[str, int] = {}


class Template(Part):
    """A hazard as inspectors write it down."""

    place: str
    desc: str
    measure: str
    done: str
    sectors: tuple[str, ...] = ()


class CategoryPlan(Part):
    """The hazards of one category and how often it is met."""

    share: int
    cause: str
    found: tuple[Template, ...]


class MajorTemplate(Template):
    """A hazard that a standard calls major."""

    category: str
    basis: str
    contingency: str


class CountyDrill(Part):
    """A drill of the county itself."""

    name: str
    kinds: tuple[str, ...]
    place: str
    teams: tuple[str, ...]
    plan: str
    march: bool = False


class UnitDrill(Part):
    """A drill that any unit may hold."""

    level: str
    name: str
    kinds: tuple[str, ...]
    place: str
    teams: tuple[str, ...]
    table_top: bool = False


class DrillPlan(Part):
    """The county's drills and those of its units."""

    government: tuple[CountyDrill, ...]
    others: tuple[UnitDrill, ...]


class Course(Part):
    """A course of training."""

    name: str
    audience: str
    kind: str
    mode: str
    hours: str


class LawPlan(Part):
    """What a measure of enforcement rests on; `mark` is the word in its document's number."""

    law: str
    step: str
    mark: str = ""


class Comments(Part):
    """What people write beside a step."""

    send_back: tuple[str, ...]
    more_time: tuple[str, ...]


class ActivityPlan(Part):
    """Drills, courses, daily reports and enforcement, as units write them down."""

    drills: DrillPlan
    issues: tuple[str, ...]
    trainings: tuple[Course, ...]
    teachers: tuple[str, ...]
    daily_work: tuple[str, ...]
    daily_problem: tuple[str, ...]
    laws: dict[str, LawPlan]
    transfer_reasons: tuple[str, ...]
    comments: Comments
    visit_contents: tuple[str, ...]


class Profile(Part):
    """How much the generator makes, and in which days."""

    start: date
    end: date
    #: The campaign that visits and measures are counted under.
    campaign: str = ""
    enterprises: int
    visits: int
    town_visits: int
    leader_visits: int
    hazards: int
    major: int
    left_open: int
    interviews: int
    joint_sanctions: int
    suspensions: int
    #: Persons in each case handed to the judiciary.
    transferred: tuple[int, ...]
    drills: int
    drill_people: int
    trainings: int
    training_people: int
    report_days: int


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that the files of `demo/data/` say."""

    county: CountyPlan
    roles: Mapping[str, Mapping[str, str]]
    accounts: AccountPlan
    names: NamePlan
    calendar: CalendarPlan
    sectors: Mapping[str, SectorPlan]
    hazards: Mapping[str, CategoryPlan]
    major_hazards: Mapping[str, tuple[MajorTemplate, ...]]
    activities: ActivityPlan
    profiles: Mapping[str, Profile]


def load_material(folder: Path = DATA) -> Material:
    """Read the data files of `folder`; what is wrong with one is a bug of the demo and raises."""
    return Material(
        county=CountyPlan.model_validate(_read(folder, "county")),
        roles=TypeAdapter(dict[str, dict[str, str]]).validate_python(_read(folder, "roles")),
        accounts=AccountPlan.model_validate(_read(folder, "accounts")),
        names=NamePlan.model_validate(_read(folder, "names")),
        calendar=CalendarPlan.model_validate(_read(folder, "calendar")),
        sectors=_Sectors.model_validate(_read(folder, "enterprises")).root,
        hazards=_Categories.model_validate(_read(folder, "hazards")).root,
        major_hazards=_Majors.model_validate(_read(folder, "major_hazards")).root,
        activities=ActivityPlan.model_validate(_read(folder, "activities")),
        profiles=_Profiles.model_validate(_read(folder, "profiles")).root,
    )


class _Sectors(RootModel[dict[str, SectorPlan]]):
    pass


class _Categories(RootModel[dict[str, CategoryPlan]]):
    pass


class _Majors(RootModel[dict[str, tuple[MajorTemplate, ...]]]):
    pass


class _Profiles(RootModel[dict[str, Profile]]):
    pass


def _read(folder: Path, name: str) -> Any:  # noqa: ANN401 -- whatever YAML says
    file = read_yaml(folder / f"{name}.yaml")
    assert not file.issues, file.issues
    return file.data
