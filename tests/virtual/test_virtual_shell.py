"""The phone's shell: grammar as sh's, commands as Android's."""

import shlex
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from phone_kit import Sh


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ("echo a; echo b", "a\nb\n"),
        ("echo a && echo b", "a\nb\n"),
        ("false && echo b", ""),
        ("false || echo b", "b\n"),
        ("false; echo $?", "1\n"),
        ("true; echo $?", "0\n"),
        ("! true; echo $?", "1\n"),
        ("echo 'a  b' \"c  d\" e\\ f", "a  b c  d e f\n"),
        ("echo 'it'\\''s'", "it's\n"),
        ('echo "a\\"b\\$c\\d"', 'a"b$c\\d\n'),
        ("echo one two | cut -d ' ' -f 2", "two\n"),
        ("printf 'a\\nb\\nc\\n' | grep -v b | wc -l", "2\n"),
        ("X=5; echo $X ${X} \"$X\" '$X'", "5 5 5 $X\n"),
        ("echo $(getprop ro.serialno)", "SH1\n"),
        ("echo `getprop ro.serialno`", "SH1\n"),
        ('echo "$(echo "a b" | tr a x)"', "x b\n"),
        ("echo ${NOPE:-none}", "none\n"),
        ("(echo a; foo) 2>/dev/null; echo $?", "a\n127\n"),
        ("{ echo a; echo b; } | tail -1", "b\n"),
        ("echo a # a comment", "a\n"),
        ("echo a\necho b", "a\nb\n"),
        ("echo a > /sdcard/x; echo b >> /sdcard/x; cat < /sdcard/x", "a\nb\n"),
        ("ls /nope 2>&1", "ls: /nope: No such file or directory\n"),
        ("ls /nope >/dev/null 2>&1; echo $?", "1\n"),
        ("echo x >&2 2>/dev/null", ""),
        ("cd /sdcard; pwd; ls -d DCIM", "/sdcard\nDCIM\n"),
        ("[ -d /sdcard/DCIM ] && echo yes", "yes\n"),
        ("[ 3 -gt 2 ] && [ a != b ] && echo yes", "yes\n"),
        ("test -f /sdcard/DCIM || echo no", "no\n"),
        ("A=1 sh -c 'echo done'", "done\n"),
        ("echo -n a; echo b", "ab\n"),
        ("echo é 你好 😀", "é 你好 😀\n"),
        ("toybox echo hi", "hi\n"),
        ("exit 3; echo never", ""),
        ("if [ -e /sdcard ]; then echo yes; else echo no; fi", "yes\n"),
        ("if false; then echo 1; elif true; then echo 2; else echo 3; fi", "2\n"),
        ("if false; then echo 1; fi; echo $?", "0\n"),
        ("if true; then false; fi; echo $?", "1\n"),
        ("for i in a 'b c' d; do echo \"<$i>\"; done", "<a>\n<b c>\n<d>\n"),
        ("for f in /sdcard/D*; do echo $f; done | wc -l", "2\n"),
        ("touch /sdcard/x; while [ -e /sdcard/x ]; do echo 1; rm /sdcard/x; done", "1\n"),
        ("until [ -e /sdcard/x ]; do touch /sdcard/x; echo made; done", "made\n"),
        ("for i in 1 2; do if [ $i = 2 ]; then exit 4; fi; echo $i; done; echo no", "1\n"),
        ("echo if then fi done", "if then fi done\n"),
        ("", ""),
    ],
)
def test_command_lines_answer_as_sh_does(sh: Sh, line: str, out: str) -> None:
    assert sh(line).out == out


def test_an_unknown_command_is_inaccessible_or_not_found(sh: Sh) -> None:
    said = sh("ffmpeg -i x")
    assert (said.status, said.err) == (
        127,
        "/system/bin/sh: ffmpeg: inaccessible or not found\n",
    )


@pytest.mark.parametrize(
    "line",
    [
        "echo 'a",
        'echo "a',
        "echo $(a",
        "(echo a",
        "echo a > ",
        "| a",
        "if true; then echo a",
        "fi",
        "for x in a; echo $x; done",
    ],
)
def test_a_line_that_is_no_sh_is_refused(sh: Sh, line: str) -> None:
    said = sh(line)
    assert said.status == 1
    assert said.err.startswith("/system/bin/sh: ")
    assert said.out == ""


def test_a_syntax_error_late_in_a_line_runs_nothing(sh: Sh) -> None:
    sh("touch /sdcard/made; echo 'open")
    assert sh("ls /sdcard/made").status == 1


@given(words=st.lists(st.text(st.characters(exclude_characters="\0"), min_size=1), max_size=4))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_quoted_words_arrive_unchanged(sh: Sh, words: list[str]) -> None:
    line = shlex.join(["printf", "%s|", *words])
    encodable = line.encode("utf-8", "surrogatepass").decode("utf-8", "ignore")
    if encodable != line:
        return
    assert sh(line).out == ("".join(f"{word}|" for word in words) or "|")


class TestFiles:
    def test_globs_find_names_with_blanks_and_cjk(self, sh: Sh) -> None:
        sh("cd /sdcard/DCIM/Camera; touch 'a 视频.mp4' b.mp4 c.jpg .hidden.mp4")
        said = sh("ls /sdcard/DCIM/Camera/*.mp4")
        assert said.out.splitlines() == [
            "/sdcard/DCIM/Camera/a 视频.mp4",
            "/sdcard/DCIM/Camera/b.mp4",
        ]

    def test_a_glob_without_a_match_stays_as_it_is(self, sh: Sh) -> None:
        assert sh("echo /sdcard/*.nope").out == "/sdcard/*.nope\n"
        assert sh("rm -f /sdcard/*.nope").status == 0

    def test_checksums_are_those_of_the_content(self, sh: Sh) -> None:
        sh("printf abc > /sdcard/x")
        assert sh("md5sum /sdcard/x").out.split()[0] == "900150983cd24fb0d6963f7d28e17f72"
        assert sh("sha256sum -b /sdcard/x").out.startswith("ba7816bf8f01cfea414140de5dae2223")
        assert sh("md5sum /sdcard/none").status == 1

    def test_mv_renames_and_rm_removes(self, sh: Sh) -> None:
        sh("echo x > /sdcard/a.tmp && mv /sdcard/a.tmp '/sdcard/b c.mp4'")
        assert sh("cat '/sdcard/b c.mp4'; ls /sdcard/a.tmp").out == "x\n"
        assert sh("rm '/sdcard/b c.mp4' && ls /sdcard/*.mp4").status == 1
        assert sh("rm /sdcard/b.mp4").err == "rm: /sdcard/b.mp4: No such file or directory\n"

    def test_aliases_of_the_storage_are_one_place(self, sh: Sh) -> None:
        sh("echo x > /sdcard/DCIM/x")
        for place in ("/storage/emulated/0", "/storage/self/primary", "/mnt/sdcard"):
            assert sh(f"cat {place}/DCIM/x").out == "x\n"
        assert sh("readlink -f /sdcard/DCIM").out == "/storage/emulated/0/DCIM\n"

    def test_df_shows_less_after_a_file_and_nothing_when_full(self, sh: Sh) -> None:
        def free() -> int:
            return int(sh("df -k /sdcard | tail -1").out.split()[3])

        before = free()
        sh.phone.files.write_bytes("/sdcard/big", bytes(50 * 1024 * 1024))
        assert before - free() == 50 * 1024
        sh.phone.faults.add("storage_full")
        assert free() == 0


class TestSystem:
    def test_getprop_tells_a_virtual_phone_from_a_real_one(self, sh: Sh) -> None:
        assert sh("getprop ro.serialno; getprop ro.kernel.qemu").out == "SH1\n1\n"
        assert sh("getprop no.such.thing").out == "\n"
        assert "[ro.serialno]: [SH1]" in sh("getprop").out

    def test_the_boot_id_changes_with_a_reboot(self, sh: Sh) -> None:
        read = "cat /proc/sys/kernel/random/boot_id"
        first = sh(read).out
        assert sh(read).out == first
        sh("reboot")
        assert sh(read).out != first

    def test_settings_are_put_and_got(self, sh: Sh) -> None:
        sh("settings put system screen_brightness 7")
        assert sh("settings get system screen_brightness; settings get secure x").out == "7\nnull\n"

    def test_a_low_battery_shows_and_does_not_charge(self, sh: Sh) -> None:
        sh.phone.faults.add("battery_low", level=3)
        said = sh("dumpsys battery").out
        assert "  level: 3\n" in said
        assert "  status: 3\n" in said

    def test_the_screen_sleeps_and_wakes(self, sh: Sh) -> None:
        sh("input keyevent KEYCODE_SLEEP")
        assert "mHoldingDisplaySuspendBlocker=false" in sh("dumpsys power").out
        sh("input keyevent 224")
        assert "mHoldingDisplaySuspendBlocker=true" in sh("dumpsys power").out

    def test_a_language_fault_changes_the_locale(self, sh: Sh) -> None:
        assert sh("getprop persist.sys.locale").out == "en-US\n"
        sh.phone.faults.add("screen_language", language="zh-Hant")
        assert sh("getprop persist.sys.locale").out == "zh-Hant-TW\n"

    def test_screencap_writes_a_png(self, sh: Sh, tmp_path: Path) -> None:
        assert sh("screencap -p /sdcard/shot.png").status == 0
        assert sh.phone.files.file("/sdcard/shot.png").blob.read(0, 8) == b"\x89PNG\r\n\x1a\n"


class TestApps:
    def test_monkey_brings_an_app_to_the_front(self, sh: Sh) -> None:
        sh("monkey -p com.tikmatrix.notes -c android.intent.category.LAUNCHER 1")
        assert "com.tikmatrix.notes/" in sh("dumpsys window | grep mCurrentFocus").out
        assert sh("pidof com.tikmatrix.notes").status == 0

    def test_monkey_of_a_missing_app_aborts(self, sh: Sh) -> None:
        assert "monkey aborted" in sh("monkey -p com.none 1").out

    def test_an_intent_arrives_with_its_extras(self, sh: Sh) -> None:
        said = sh(
            "am start -a android.intent.action.SEND -t video/mp4 -p com.tikmatrix.notes "
            "--eu android.intent.extra.STREAM content://media/external/video/media/31 "
            "--es android.intent.extra.TEXT 'Hola 你好 😀' -W"
        )
        assert said.status == 0
        assert "Status: ok" in said.out
        intent = sh.phone.apps["com.tikmatrix.notes"].last_intent  # type: ignore[attr-defined]
        assert intent.stream_uri == "content://media/external/video/media/31"
        assert intent.mime == "video/mp4"
        assert intent.extras == {"android.intent.extra.TEXT": "Hola 你好 😀"}

    @pytest.mark.parametrize(
        "line",
        [
            "am start -n com.none/.Main",
            "am start -a android.intent.action.VIEW -d https://example.org/x",
            "am start -a android.intent.action.VIEW -d https://x.org -p com.none",
        ],
    )
    def test_an_intent_that_nobody_takes_is_an_error(self, sh: Sh, line: str) -> None:
        said = sh(line)
        assert said.status == 1
        assert "Error" in said.err

    def test_force_stop_ends_the_process_and_shows_the_launcher(self, sh: Sh) -> None:
        sh("monkey -p com.tikmatrix.notes 1; am force-stop com.tikmatrix.notes")
        assert sh("pidof com.tikmatrix.notes").status == 1
        assert "com.android.launcher3/" in sh("dumpsys window | grep mCurrentFocus").out

    def test_pm_knows_versions_and_removes(self, sh: Sh) -> None:
        assert "package:com.tikmatrix.notes\n" in sh("pm list packages -3").out
        assert "versionName=1.4.2" in sh("dumpsys package com.tikmatrix.notes").out
        assert sh("pm uninstall com.tikmatrix.notes").out == "Success\n"
        assert sh("pm path com.tikmatrix.notes").status == 1

    def test_an_app_that_crashes_leaves_the_launcher(self, sh: Sh) -> None:
        sh("monkey -p com.tikmatrix.notes 1")
        sh.phone.faults.add("app_crash")
        assert "com.android.launcher3/" in sh("dumpsys window | grep mCurrentFocus").out
        assert sh("pidof com.tikmatrix.notes").status == 1

    def test_input_text_types_ascii_alone(self, sh: Sh) -> None:
        sh("monkey -p com.tikmatrix.notes 1; input tap 500 270; input text 'a%sb'")
        assert sh.phone.foreground.root().find(lambda view: view.text == "a b") is not None
        assert sh("input text 你好").status == 255
