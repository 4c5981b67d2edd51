"""Evidence packs over HTTP: who sees what they lack, and who may have them."""

from pathlib import Path

import pytest

from api.packs.verifying import verify_pack
from tests.api.test_fast_track import School, school, with_two_parents

__all__ = ["school"]


@pytest.mark.rule("R091")
def test_the_school_sees_what_each_pack_lacks_and_the_authority_gets_it(school: School, tmp_path: Path) -> None:
    pupil = with_two_parents(school)
    case = school.lead.post("/cases", {"pupil_id": pupil["id"]})["id"]
    before = school.lead.get(f"/cases/{case}/packs")
    authority, chair = school.desks["authority_officer"], school.desks["panel_chair"]
    authority.refused(404, "GET", f"/cases/{case}/packs")  # nobody has asked the authority yet

    school.run(case, pupil["upn"], outcome={"code": "O3"})

    after = school.lead.get(f"/cases/{case}/packs")
    assert [len(parent["packs"]) for parent in before] == [0, 0]
    assert all(item["supplier"] for parent in before for item in parent["items"] if not item["is_there"])
    for was, parent in zip(before, after, strict=True):
        missing_before = {item["id"] for item in was["items"] if not item["is_there"]}
        missing_after = {item["id"] for item in parent["items"] if not item["is_there"]}
        assert {"case_form", "panel_invitation", "head_signature"} <= missing_before
        assert not missing_after & {"case_form", "panel_invitation", "head_signature"}
        assert parent["is_applied_against"]
        [pack] = parent["packs"]
        answer = authority.ask("GET", f"/cases/{case}/packs/content?adult_id={parent['adult_id']}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].endswith('-pack.zip"')
        archive = tmp_path / "pack.zip"
        archive.write_bytes(answer.content)
        assert (len(answer.content), verify_pack(archive).findings) == (pack["size"], ())
        chair.refused(403, "GET", f"/cases/{case}/packs/content?adult_id={parent['adult_id']}")
    nobody = case
    authority.refused(404, "GET", f"/cases/{case}/packs/content?adult_id={nobody}")
