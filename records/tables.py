"""The whole database on one page.

Answers are JSON documents; a typed SELECT is generated per form (`records.rows`), so no
table changes when a form does. Times are UTC ISO text of fixed width (sorts as it should
on both databases); a state that follows from time is a time (`settled_at`), never a flag.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

#: JSON that PostgreSQL can index; SQLite keeps text.
Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

metadata = MetaData()

settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Document, nullable=False),
)

# ---- what may be asked ---------------------------------------------------------------------------------------------

form_versions = Table(
    "form_versions",
    metadata,
    Column("form_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("source", Text, nullable=False),  # the YAML file as it was
    Column("vocabularies", Document, nullable=False),  # the shared choice lists it names, as they were
    Column("published_at", Text, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("retired_at", Text),
    PrimaryKeyConstraint("form_id", "version"),
)

#: Definitions being written in the page; publishing one makes a form version of it.
form_drafts = Table(
    "form_drafts",
    metadata,
    Column("form_id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # grows with every save: what somebody else saved is not overwritten
    Column("changed_at", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
)

# ---- who ----------------------------------------------------------------------------------------------------------

units = Table(
    "units",
    metadata,
    Column("id", Text, primary_key=True),  # a code of the office's own
    Column("name", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # office, department, town, …: a word of the office's own
    Column("position", Integer, nullable=False, default=0),
    Column("since", Text),  # the first day on which it owes records; none: from the beginning
    Column("retired_at", Text),
)

#: A unit may have two parents: 属地 and 行业.
unit_parents = Table(
    "unit_parents",
    metadata,
    Column("unit_id", Text, ForeignKey("units.id"), nullable=False),
    Column("parent_id", Text, ForeignKey("units.id"), nullable=False),
    PrimaryKeyConstraint("unit_id", "parent_id"),
)

roles = Table(
    "roles",
    metadata,
    Column("name", Text, primary_key=True),
    Column("label", Document, nullable=False),  # language -> words
    Column("position", Integer, nullable=False, default=0),
)

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),  # the name they sign in with
    Column("name", Text, nullable=False),
    Column("unit_id", Text, ForeignKey("units.id"), nullable=False),
    Column("roles", Document, nullable=False),  # list of role names
    Column("phone", Text),
    Column("email", Text),
    Column("language", Text),
    Column("password_hash", Text),  # none: cannot sign in
    Column("retired_at", Text),
)

#: Days that differ from the week: holidays, and weekend days that are worked.
calendar_days = Table(
    "calendar_days",
    metadata,
    Column("day", Text, primary_key=True),  # 2026-10-01
    Column("kind", Text, nullable=False),  # holiday, workday
    Column("name", Text, nullable=False),
)

# ---- what was answered -------------------------------------------------------------------------------------------

submissions = Table(
    "submissions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("form_id", Text, nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Text),  # none: the form has no workflow
    Column("title", Text, nullable=False),  # XLSForm's instance_name, worked out
    Column("answers", Document, nullable=False),
    Column("search", Text, nullable=False),  # what a search looks through
    Column("unit_id", Text, nullable=False),  # of whoever created it
    Column("created_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("withdrawn_at", Text),
    Column("entered_at", Text),  # when it came into its state
    Column("due_on", Text),  # the day by which it should leave its state; none: whenever
    Column("parent_id", Text),  # the submission whose repeat row this was
    Column("instance_id", Text, nullable=False),  # made when the form was opened: sent twice, kept once
    Column("body_digest", Text, nullable=False),
    UniqueConstraint("form_id", "instance_id"),
)
Index("submissions_of_form", submissions.c.form_id, submissions.c.created_at)
Index("submissions_of_parent", submissions.c.parent_id)
#: What timers and worklists look for: few states, the most urgent first.
Index("submissions_in_state", submissions.c.form_id, submissions.c.state, submissions.c.due_on)
Index("submissions_entered", submissions.c.form_id, submissions.c.state, submissions.c.entered_at)

#: Which units a record concerns: what row access looks at.
submission_units = Table(
    "submission_units",
    metadata,
    Column("submission_id", Text, ForeignKey("submissions.id"), nullable=False),
    Column("unit_id", Text, nullable=False),
    PrimaryKeyConstraint("submission_id", "unit_id"),
)
Index("submission_units_of_unit", submission_units.c.unit_id)

#: What a workflow's timer has done to a record already: once for each day it was due.
timer_firings = Table(
    "timer_firings",
    metadata,
    Column("submission_id", Text, ForeignKey("submissions.id"), nullable=False),
    Column("timer", Text, nullable=False),
    Column("due_at", Text, nullable=False),  # the day, or the moment of coming into the state, that it counts from
    Column("fired_at", Text, nullable=False),
    PrimaryKeyConstraint("submission_id", "timer", "due_at"),
)

#: What a person is told on the page: a timer's reminder, a record that waits for them, a report they owe.
notices = Table(
    "notices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("subject", Text, nullable=False),  # a submission's id, or form/obligation/unit/period
    Column("sentence", Document, nullable=False),  # a Sentence
    Column("at", Text, nullable=False),
    Column("read_at", Text),
    Column("mailed_at", Text),
    UniqueConstraint("person_id", "subject", "at"),
)
Index("notices_of_person", notices.c.person_id, notices.c.read_at)

#: Spans of days in which more is owed or deadlines are shorter: key periods, campaigns.
spans = Table(
    "spans",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # key_period, campaign
    Column("name", Text, nullable=False),
    Column("start", Text, nullable=False),
    Column("end", Text, nullable=False),
)

#: What must be unique among living records of a form: `unique` fields, one row a key.
unique_keys = Table(
    "unique_keys",
    metadata,
    Column("form_id", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("submission_id", Text, nullable=False),
    PrimaryKeyConstraint("form_id", "fields", "key"),
)
Index("unique_keys_of_submission", unique_keys.c.submission_id)

revisions = Table(
    "revisions",
    metadata,
    Column("submission_id", Text, ForeignKey("submissions.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("state", Text),
    Column("answers", Document, nullable=False),
    Column("action", Text, nullable=False),  # submission.created, submission.changed, submission.moved, …
    Column("transition", Text),
    Column("sign_off", Text),  # which office signed, where a step takes several signatures
    Column("comment", Text),
    Column("door", Text, nullable=False),  # web, sheet, import, api, demo
    Column("actor", Text, nullable=False),  # a person's id, or “sheet”
    Column("author", Document),  # who typed it as far as can be known: name, source, certainty
    Column("at", Text, nullable=False),
    PrimaryKeyConstraint("submission_id", "revision"),
)

#: What people say to each other under a record; it changes no answer.
comments = Table(
    "comments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("submission_id", Text, ForeignKey("submissions.id"), nullable=False),
    Column("actor", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Text, nullable=False),
)
Index("comments_of_submission", comments.c.submission_id, comments.c.at)

counters = Table(
    "counters",
    metadata,
    Column("series", Text, primary_key=True),  # YH-419926-2026-
    Column("last", Integer, nullable=False),
)

# ---- the event log, which is also the queue -----------------------------------------------------------------------

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("action", Text, nullable=False),
    Column("form_id", Text),
    Column("subject", Text, nullable=False),  # a submission's, edition's, form's id
    Column("actor", Text, nullable=False),
    Column("details", Document, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_autoincrement=True,
)
Index("events_of_subject", events.c.subject)

#: One row for each (event, reaction), so that each reaction settles by itself.
reactions = Table(
    "reactions",
    metadata,
    Column("event_id", Integer, ForeignKey("events.id"), nullable=False),
    Column("task", Text, nullable=False),
    Column("lane", Text, nullable=False),  # what must not run twice at once: sheet:hazard, mail, pdf
    Column("argument", Text, nullable=False),
    Column("not_before", Text, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_failure", Text),
    Column("settled_at", Text),
    Column("given_up_at", Text),
    PrimaryKeyConstraint("event_id", "task"),
)
Index("reactions_open", reactions.c.settled_at, reactions.c.lane, reactions.c.not_before)

#: The lease on a lane; `token` grows with each owner and fences off a woken zombie.
lanes = Table(
    "lanes",
    metadata,
    Column("lane", Text, primary_key=True),
    Column("token", Integer, nullable=False),
    Column("owner", Text),
    Column("until", Text),
)

# ---- shared sheets ------------------------------------------------------------------------------------------------

bindings = Table(
    "bindings",
    metadata,
    Column("id", Text, primary_key=True),  # stamped into the book
    Column("sheet", Text, nullable=False, unique=True),  # its name in config.yaml, with the form: ledger/hazard
    Column("generation", Integer, nullable=False),
    Column("seal", Text),  # what the book looked like when we last left it
    Column("round_at", Text),
    Column("round", Document),  # what the last round did
    Column("waiting_since", Text),
    Column("waiting_why", Document),  # a Sentence
)

#: What both sides read when they last agreed: a row for each record and each generation of the sheet that changed it.
shadows = Table(
    "shadows",
    metadata,
    Column("binding_id", Text, nullable=False),
    Column("submission_id", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("cells", Document),  # none: from this generation on the sheet has no such row
    PrimaryKeyConstraint("binding_id", "submission_id", "generation"),
)

#: Both sides changed one cell: which value won, which lost, and who settled it.
sheet_conflicts = Table(
    "sheet_conflicts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("binding_id", Text, nullable=False),
    Column("submission_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("record_value", Text, nullable=False),
    Column("sheet_value", Text, nullable=False),
    Column("winner", Text, nullable=False),  # sheet, record
    Column("author", Document),
    Column("at", Text, nullable=False),
    Column("settled_at", Text),
    Column("settled_by", Text),
)
Index("sheet_conflicts_of_binding", sheet_conflicts.c.binding_id, sheet_conflicts.c.settled_at)

#: Cells and rows that could not be taken in: they stay in the sheet, marked, until mended.
sheet_refusals = Table(
    "sheet_refusals",
    metadata,
    Column("binding_id", Text, nullable=False),
    Column("row_key", Text, nullable=False),  # a submission's id, or row:17
    Column("field", Text, nullable=False),  # empty: the whole row
    Column("row_number", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Column("sentence", Document, nullable=False),
    Column("since", Text, nullable=False),
    PrimaryKeyConstraint("binding_id", "row_key", "field"),
)

# ---- bulletins ----------------------------------------------------------------------------------------------------

#: One PDF of one report for one period; compiled again, it is a new edition with the next `number`.
editions = Table(
    "editions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("report_id", Text, nullable=False),
    Column("period_start", Text, nullable=False),
    Column("period_end", Text, nullable=False),  # the last day, counted in
    Column("year", Integer, nullable=False),  # in which it was compiled, by the office's clock
    Column("number", Integer, nullable=False),  # 第 n 期, per report and year
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),  # the body as plain text: what mail and search read
    Column("html", Text, nullable=False),
    Column("pdf_digest", Text),  # the file in the store of files; none: not drawn yet
    Column("pdf_failure", Document),  # a Sentence
    Column("compiled_at", Text, nullable=False),
    Column("compiled_by", Text, nullable=False),
    Column("late", Text),  # caught up after a missed hour: the hour that was missed
    UniqueConstraint("report_id", "year", "number"),
)
Index("editions_of_report", editions.c.report_id, editions.c.period_end)

#: One printed number: how it was counted and the records behind it.
figures = Table(
    "figures",
    metadata,
    Column("edition_id", Text, ForeignKey("editions.id"), nullable=False),
    Column("name", Text, nullable=False),  # measure, or measure[town=T01]
    Column("label", Text, nullable=False),
    Column("value", Float),
    Column("printed", Text, nullable=False),
    Column("query", Text, nullable=False),  # the SQL that counted it, with its values
    Column("form_id", Text, nullable=False),
    Column("record_ids", Document, nullable=False),
    PrimaryKeyConstraint("edition_id", "name"),
)

#: An hour of a schedule: unique, so that it happens once however many clocks there are.
occurrences = Table(
    "occurrences",
    metadata,
    Column("schedule", Text, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("noticed_at", Text, nullable=False),
    PrimaryKeyConstraint("schedule", "due_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("edition_id", Text, ForeignKey("editions.id"), nullable=False),
    Column("person_id", Text),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("sent_at", Text),
    Column("failed_at", Text),
    Column("failure", Text),
    Column("unknown_at", Text),  # the server took the message and did not answer
    UniqueConstraint("edition_id", "address"),
)

#: Files by digest: PDFs, and what units attach.
files = Table(
    "files",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("stored_at", Text, nullable=False),
)

#: Which record shows which file: whoever may see the record (and the question) may fetch the file.
attachments = Table(
    "attachments",
    metadata,
    Column("submission_id", Text, ForeignKey("submissions.id"), nullable=False),
    Column("digest", Text, ForeignKey("files.digest"), nullable=False),
    Column("field", Text, nullable=False),  # the question, `photos`, or `hazards.photo` inside a repeat
    Column("name", Text, nullable=False),
    PrimaryKeyConstraint("submission_id", "digest", "field"),
)
Index("attachments_of_file", attachments.c.digest)
