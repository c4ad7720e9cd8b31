"""The frame's tags and filters: what they write, for Vietnamese and for English readers."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from hanoi_portal.templatetags import frame

MOMENT = datetime.datetime(2018, 4, 14, 7, 20, tzinfo=datetime.UTC)


class SampleForm(forms.Form):
    """One field of each shape that the frame treats in its own way."""

    name = forms.CharField(label="Họ tên", max_length=5)
    note = forms.CharField(
        label="Nội dung", max_length=2000, widget=forms.Textarea, help_text="Có dấu."
    )
    percent = forms.IntegerField(label="Phần trăm", min_value=0, max_value=100)
    state = forms.ChoiceField(label="Tình hình", choices=[("a", "Một")], widget=forms.RadioSelect)
    consent = forms.BooleanField(label="Tôi đồng ý")
    phone = forms.CharField(label="Số điện thoại", required=False)


def rendered(source: str, **context: Any) -> str:
    """A template's text with the frame loaded."""
    return Template("{% load frame %}" + source).render(Context(context))


def test_a_moment_is_written_as_vietnamese_do_in_their_own_time() -> None:
    assert frame.vn_datetime(MOMENT) == "14:20 14/04/2018"
    assert frame.vn_date(MOMENT) == "14/04/2018"
    assert frame.vn_date(datetime.date(2018, 12, 31)) == "31/12/2018"
    assert frame.vn_datetime(None) == frame.vn_date(None) == ""


def test_a_day_that_has_begun_in_ha_noi_only_is_already_the_new_day() -> None:
    assert (
        frame.vn_date(datetime.datetime(2018, 4, 14, 17, 30, tzinfo=datetime.UTC)) == "15/04/2018"
    )


def test_numbers_take_points_for_thousands_and_a_comma_for_decimals() -> None:
    assert frame.vn_number(24321) == "24.321"
    assert frame.vn_number(Decimal("1234.5"), 1) == "1.234,5"
    assert frame.vn_number(None) == ""


def test_english_pages_write_dates_and_numbers_the_english_way() -> None:
    with translation.override("en"):
        assert frame.vn_datetime(MOMENT) == "14:20, 14 April 2018"
        assert frame.vn_number(1234.5, 1) == "1,234.5"


@pytest.mark.parametrize(
    ("part", "whole", "written"), [(3, 7, "42%"), (0, 0, "0%"), (7, 7, "100%"), (999, 1000, "99%")]
)
def test_a_share_is_rounded_down_so_that_only_all_is_a_hundred(
    part: int, whole: int, written: str
) -> None:
    assert frame.vn_percent(part, whole) == written


def test_every_state_has_a_drawn_shape_and_states_that_differ_look_different() -> None:
    for state in frame.LOOKS:
        assert "<svg" in frame.state_tag(state, "Chữ")
    looks = {frame.LOOKS[state] for state in ("issued", "acknowledged", "in_progress", "reported")}
    assert len({look.shape for look in looks}) == 4


def test_a_state_nobody_has_drawn_still_shows_its_word_escaped() -> None:
    assert "&lt;b&gt;" in frame.state_tag("moi", "<b>")


def test_an_icon_is_decoration_unless_it_has_a_name() -> None:
    assert 'aria-hidden="true"' in frame.icon("search")
    assert 'role="img" aria-label="Tìm"' in frame.icon("search", "Tìm")
    with pytest.raises(KeyError):
        frame.icon("khong-co")


def test_a_field_ties_its_hint_count_and_error_to_the_control() -> None:
    html = rendered("{% field form.note %}", form=SampleForm({}))
    assert 'aria-describedby="id_note_hint id_note_count id_note_error"' in html
    assert 'aria-invalid="true"' in html
    for part in ("hint", "count", "error"):
        assert f'id="id_note_{part}"' in html
    assert 'data-count="2000"' in html
    assert "maxlength" not in html  # a pasted text is never cut short in silence
    assert "Tối đa 2.000 ký tự" in html


def test_only_optional_fields_say_what_they_are() -> None:
    assert "(không bắt buộc)" in rendered("{% field form.phone %}", form=SampleForm())
    assert "(không bắt buộc)" not in rendered("{% field form.name %}", form=SampleForm())


def test_a_group_of_choices_is_a_fieldset_and_a_lone_box_is_not() -> None:
    html = rendered("{% field form.state %}{% field form.consent %}", form=SampleForm())
    assert html.count("<fieldset") == 1
    assert '<label for="id_consent">Tôi đồng ý</label>' in html


def test_errors_say_what_to_do_in_our_own_words() -> None:
    form = SampleForm({"name": "dài quá mức", "percent": "140"})
    assert frame.field_errors(form["name"]) == ["Xin rút gọn còn tối đa 5 ký tự; đang có 11."]
    assert frame.field_errors(form["note"]) == ["Xin điền nội dung."]
    assert frame.field_errors(form["percent"]) == ["Xin nhập số không quá 100."]
    assert frame.field_errors(form["state"]) == ["Xin chọn một mục."]
    assert frame.field_errors(form["consent"]) == ["Xin đánh dấu vào ô này để tiếp tục."]


def test_a_forms_own_words_for_an_error_are_kept() -> None:
    class OwnWords(forms.Form):
        name = forms.CharField(error_messages={"required": "Xin cho biết tên."})

    assert frame.field_errors(OwnWords({})["name"]) == ["Xin cho biết tên."]


def test_the_error_summary_links_each_error_to_its_field_and_keeps_what_was_typed() -> None:
    form = SampleForm({"name": "<Ánh & Hữu>"})
    html = rendered("{% form_fields form %}", form=form)
    assert 'class="error-summary" role="alert"' in html
    for target in ("id_name", "id_note", "id_percent", "id_consent"):
        assert f'<a href="#{target}">' in html
        assert f'id="{target}"' in html
    assert "&lt;Ánh &amp; Hữu&gt;" in html
    assert "<Ánh" not in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in rendered("{% form_fields form %}", form=SampleForm())


def test_djangos_own_way_of_drawing_a_form_is_ours_too() -> None:
    assert 'class="field__label"' in str(SampleForm())
    assert 'class="field__label"' in SampleForm()["name"].as_field_group()


def test_a_bar_of_parts_fills_its_whole_and_says_every_number() -> None:
    parts = [
        {"key": "done", "word": "Hoàn thành", "count": 1},
        {"key": "late", "word": "Quá hạn", "count": 3},
    ]
    html = rendered('{% stack_bar parts "Toàn kế hoạch" %}', parts=parts)
    assert 'x="0.000%" width="25.000%"' in html
    assert 'x="25.000%" width="75.000%"' in html
    assert "Hoàn thành: <b" in html
    assert "style=" not in html


def test_a_bar_of_nothing_is_empty_and_does_not_fail() -> None:
    html = rendered('{% stack_bar parts "Trống" %}{% progress 0 0 "Chưa giao" %}', parts=[])
    assert "0/0" in html


def test_the_tile_map_has_each_unit_once_as_a_tile_and_once_in_the_table() -> None:
    place = {"grid_x": 5, "grid_y": 3, "total": 4}
    tiles = [
        {
            **place,
            "name": "UBND quận Ba Đình",
            "short_name": "Ba Đình",
            "state": "late",
            "word": "quá hạn",
            "done": 1,
            "url": "/x/",
        },
        {
            **place,
            "name": "UBND huyện Ba Vì",
            "short_name": "Ba Vì",
            "state": "done",
            "word": "hoàn thành",
            "done": 4,
        },
    ]
    html = rendered('{% include "components/_tile_map.html" %}', tiles=tiles)
    assert html.count('class="tile tile--') == 2
    assert 'data-x="5" data-y="3"' in html
    assert '<th scope="row"><a href="/x/">UBND quận Ba Đình</a></th>' in html
    assert '<th scope="row">UBND huyện Ba Vì</th>' in html
    assert [row["state"] for row in frame.tile_legend(tiles)] == ["done", "late"]


def test_a_moment_is_written_for_people_and_for_machines() -> None:
    assert frame.moment(None) == ""
    written = frame.moment(MOMENT)
    assert written.startswith('<time datetime="2018-04-14T14:20:00')
    assert written.endswith('+07:00">14:20 14/04/2018</time>')
