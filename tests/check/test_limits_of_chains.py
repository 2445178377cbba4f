"""A chain of very many links ends with what was reached, and says so."""

from loglik.check.checked import checked_file
from loglik.check.model.items import MAX_LINKS


def test_a_chain_of_very_many_links_is_read_to_its_limit():
    links = MAX_LINKS + 50
    found = checked_file("Thus $$" + " = ".join(["x + y", "y + x"] * (links // 2 + 1)) + "$$", "-", explain=False)
    *read, rest = found.judgements
    assert len(read) == MAX_LINKS
    assert {each.verdict for each in read} == {"verified"}
    assert rest.verdict == "not-understood"
    assert rest.reason.key == "misread-limit"
    assert rest.position.column > read[-1].position.column


def test_a_chain_within_the_limit_is_read_whole():
    found = checked_file("Thus $$" + " = ".join(["x + y", "y + x"] * 50) + "$$", "-", explain=False)
    assert [each.verdict for each in found.judgements] == ["verified"] * 99
