"""What a paper that travels with a parcel may show of its receiver (GB/T 41833-2022)."""

import pytest

from anxin.kernel.contacts import masked_address, masked_name, masked_note, masked_number


@pytest.mark.parametrize(
    ("name", "shown"), [("李雷", "李*"), ("欧阳娜娜", "欧***"), ("王", "*"), ("", ""), ("Alexander Wong", "A***")]
)
def test_of_a_name_the_first_character_is_shown(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800138000", "138******00"),
        ("+8613800138000", "861********00"),
        ("010-65551234", "010******34"),
        ("6555123", "******3"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_of_a_telephone_number_six_digits_at_least_are_hidden(number: str, shown: str) -> None:
    assert masked_number(number) == shown
    digits = sum(character.isdigit() for character in number)
    assert shown.count("*") >= min(6, digits)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("北京市朝阳区建国路 88 号 1 单元 502", "北京市朝阳区建国路 88 号 * 单元 ***"),
        ("西溪路1号3号楼二单元1203室", "西溪路1号3号楼*单元****室"),
        ("幸福里小区5栋302", "幸福里小区5栋***"),
        ("幸福里小区 5-2-301", "幸福里小区 *-*-***"),
        ("石桥村3组", "石桥村3组"),
        ("大学路12号院B座A1503", "大学路12号院B座*****"),
        ("学院南路 7 号 12 号房", "学院南路 7 号 ** 号房"),
        ("幸福里3单元501号", "幸福里*单元***号"),
        ("学院路5号501号室", "学院路5号***号室"),
        ("学院路5号 501 号 房", "学院路5号 *** 号 房"),
        ("学院路５号３单元５０２室", "学院路5号*单元***室"),
        ("幸福里二单元五零一号", "幸福里*单元***号"),
        ("幸福里二单元三楼东户", "幸福里*单元*楼东户"),
        ("西溪路1号3号楼302号", "西溪路1号3号楼***号"),
        ("幸福里小区5栋三零二", "幸福里小区5栋***"),
        ("学院路5号五零一号室", "学院路5号***号室"),
        ("六户镇三房巷12号", "六户镇三房巷12号"),
        ("五户村8组", "五户村8组"),
        ("318国道45号", "318国道45号"),
        ("S206省道边三户", "S206省道边*户"),
        ("十二栋二十栋301", "十二栋二十栋***"),
        ("", ""),
    ],
)
def test_an_address_is_shown_down_to_its_house(address: str, shown: str) -> None:
    assert masked_address(address) == shown


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("到了打１３８００１３８０００，放3单元501门口", "到了打***●●●,放*单元***门口"),
        ("电话:13800138000", "电话:***●●●"),
        ("或写信 li.lei@example.org", "或写信 li.●●●"),
        ("请用礼盒", "请用礼盒"),
    ],
)
def test_of_a_note_neither_contacts_nor_rooms_are_shown(note: str, shown: str) -> None:
    assert masked_note(note) == shown
