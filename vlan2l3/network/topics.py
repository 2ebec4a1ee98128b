"""Account for every topic of every device: complete, partial, absent, refused, failed, not asked.

Comes in: the devices of the manifest and what came of each question. Goes out: one `DeviceAccount` a device,
with one row for each topic its platform can be asked about. No device and no topic is ever left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from vlan2l3.capture.manifest import DeviceEntry, Status
from vlan2l3.names import DeviceName
from vlan2l3.network.coverage import DeviceAccount, TopicAccount, TopicState
from vlan2l3.network.specs import Lines, Outcome, lost
from vlan2l3.platforms import CommandSpec, Platform, Topic

_WORST = (Status.FAILED, Status.REFUSED, Status.NOT_ASKED)
_STATES = {
    Status.FAILED: TopicState.FAILED,
    Status.REFUSED: TopicState.REFUSED,
    Status.NOT_ASKED: TopicState.NOT_ASKED,
}


def accounts(
    entries: Iterable[DeviceEntry],
    known: Mapping[str, Platform | None],
    found: Mapping[str, Sequence[Outcome]],
    lines: Lines,
) -> tuple[DeviceAccount, ...]:
    """Account for every device, in the order of the entries; `known` is each one's platform."""
    tells = {platform.name: _tells(platform) for platform in known.values() if platform is not None}
    made = []
    for entry in entries:
        platform = known[entry.name]
        if platform is None:
            rows = [TopicAccount(topic=topic, state=TopicState.NO_PARSER, note=entry.note) for topic in Topic]
        else:
            rows = _rows(tells[platform.name], found[entry.name], lines, entry.note)
        account = DeviceAccount(
            name=DeviceName(entry.name),
            platform=platform.name if platform else "",
            rack=entry.rack,
            note=entry.note,
            topics=tuple(rows),
            unknown_files=entry.unknown_files,
        )
        made.append(account)
    return tuple(made)


def _tells(platform: Platform) -> dict[str, frozenset[Topic]]:
    """Give what each question of a platform tells of, its stand-ins included."""
    found: dict[str, frozenset[Topic]] = defaultdict(frozenset)
    for spec in platform.commands:
        found[spec.stands_for or spec.command] |= spec.topics
    return found


def _rows(
    tells: Mapping[str, frozenset[Topic]], found: Sequence[Outcome], lines: Lines, note: str
) -> list[TopicAccount]:
    telling: dict[Topic, list[Outcome]] = defaultdict(list)
    for outcome in found:
        # What live collection never sends and nobody brought along is no row of its own.
        if outcome.answers or outcome.spec.ask:
            for topic in tells[outcome.spec.command]:
                telling[topic].append(outcome)
    return [_topic(topic, telling[topic], lines, note) for topic in Topic if topic in telling]


def _topic(topic: Topic, telling: Sequence[Outcome], lines: Lines, note: str) -> TopicAccount:
    """Judge one topic by the questions that tell of it.

    It is as bad as the worst of its essential questions. Where these are settled, data of any of them with
    nothing lost and nothing missing beside it is complete; questions nobody put don't count then.
    """
    needed = [o for o in telling if o.spec.essential and o.status in _WORST]
    given = {outcome.status for outcome in telling}
    gone = sum(lost(answer, lines) for outcome in telling for answer in outcome.answers)
    lacking = [o for o in telling if o.answers and o.status in _WORST]
    if needed:
        state = _worst({outcome.status for outcome in needed})
    elif Status.DATA in given:
        state = TopicState.PARTIAL if gone or lacking else TopicState.COMPLETE
    elif Status.ABSENT in given and not lacking:
        state = TopicState.ABSENT
    else:
        state = _worst(given)
    return TopicAccount(
        topic=topic,
        state=state,
        essential=any(outcome.spec.essential for outcome in telling),
        lost=gone,
        commands=_commands(telling),
        note=_note(state, [*needed, *(o for o in lacking if o not in needed)], gone, note),
    )


def _worst(given: Iterable[str]) -> TopicState:
    """Name what is worst; beside a refusal, a question that nobody put says nothing."""
    return next(_STATES[status] for status in _WORST if status in given)


def _commands(telling: Sequence[Outcome]) -> tuple[str, ...]:
    answered = {answer.command for outcome in telling for answer in outcome.answers}
    wanted = {o.spec.command for o in telling if not o.answers and _wanted(o.spec)}
    return tuple(sorted(answered | wanted))


def _wanted(spec: CommandSpec) -> bool:
    return spec.essential or (spec.ask and not spec.each)


def _note(state: TopicState, lacking: Sequence[Outcome], gone: int, note: str) -> str:
    """Say why it is not complete: lines lost, each question without an answer, else the device's note."""
    said = [f"{gone} line(s) not understood"] if gone else []
    said += [f"`{outcome.command}`: {outcome.words()}" for outcome in lacking]
    if not said and state not in (TopicState.COMPLETE, TopicState.ABSENT) and note:
        said = [note]
    return "; ".join(said)
