"""The event stream's decoder gives the same events however the bytes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikmatrix_desktop.api.events import encoded
from tikmatrix_desktop.client.event_stream import EventDecoder
from tikmatrix_desktop.domain.errors import ServiceUnavailable
from tikmatrix_desktop.domain.event import Event, EventKind

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
EVENTS = st.builds(
    Event,
    id=st.integers(0, 2**62),
    kind=st.sampled_from(EventKind),
    data=st.dictionaries(TEXTS, TEXTS | st.integers(-(2**53), 2**53) | st.none(), min_size=1),
)


def decode(*chunks: bytes) -> list[Event]:
    decoder = EventDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


@given(events=st.lists(EVENTS, max_size=5), cuts=st.lists(st.integers(0, 2000), max_size=10))
def test_what_is_encoded_is_decoded_however_it_is_cut(events: list[Event], cuts: list[int]) -> None:
    wire = b": connected\n\n" + b"".join(encoded(event) for event in events)
    places = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    chunks = [wire[start:end] for start, end in pairwise(places)]
    assert decode(*chunks) == events


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_kind_of_line_end_is_one(end: bytes) -> None:
    wire = end.join([b"id: 7", b"event: task", b'data: {"id":', b"data: 1}", b"", b": more", b""])
    one_by_one = [bytes([byte]) for byte in wire]
    expected = [Event(id=7, kind=EventKind.TASK, data={"id": 1})]
    assert decode(wire) == expected
    assert decode(*one_by_one) == expected


def test_a_comment_or_a_field_nobody_knows_is_no_event() -> None:
    assert decode(b": still here\n\nretry: 100\n\nfoo\n\n") == []


def test_an_event_without_an_id_of_its_own_has_the_last_one() -> None:
    wire = b"id: 7\nevent: task\ndata: {}\n\nevent: device\ndata: {}\n\n"
    assert [event.id for event in decode(wire)] == [7, 7]


@pytest.mark.parametrize(
    "wire",
    [
        b"id: 1\nevent: nothing\ndata: {}\n\n",
        b"id: x\nevent: task\ndata: {}\n\n",
        b"id: 1\nevent: task\ndata: {\n\n",
        b"id: 1\nevent: task\ndata: 3\n\n",
        b"id: \xff\nevent: task\ndata: {}\n\n",
        b"x" * (17 * 1024 * 1024),
    ],
)
def test_what_is_no_event_of_ours_is_an_error(wire: bytes) -> None:
    with pytest.raises(ServiceUnavailable):
        decode(wire)
