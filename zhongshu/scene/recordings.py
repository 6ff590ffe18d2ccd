"""From what a telephone sends to a sound recording that is safe to keep and to play."""

from typing import Protocol

from django.utils.translation import gettext as _

from zhongshu.scene.errors import EvidenceRefused

LARGEST_SOUND = 30 * 1024 * 1024


class Readable(Protocol):
    """An open file, or an upload."""

    def read(self, size: int = ..., /) -> bytes: ...


#: How the file begins (from a byte on), its type and its ending.
_STARTS: tuple[tuple[int, bytes, str, str], ...] = (
    (4, b"ftyp", "audio/mp4", "m4a"),
    (0, b"ID3", "audio/mpeg", "mp3"),
    (0, b"\xff\xfb", "audio/mpeg", "mp3"),
    (0, b"\xff\xf3", "audio/mpeg", "mp3"),
    (0, b"\xff\xf1", "audio/aac", "aac"),
    (0, b"\xff\xf9", "audio/aac", "aac"),
    (0, b"OggS", "audio/ogg", "ogg"),
    (0, b"\x1a\x45\xdf\xa3", "audio/webm", "webm"),
    (0, b"#!AMR", "audio/amr", "amr"),
    (8, b"WAVE", "audio/wav", "wav"),
)
TYPES = {ending: media_type for _at, _start, media_type, ending in _STARTS}


def read(upload: Readable) -> bytes:
    """The bytes of an upload. Raises EvidenceRefused above 30 MB, or when there are none."""
    content = upload.read(LARGEST_SOUND + 1)
    if not content:
        raise EvidenceRefused(_("没有收到录音，请重新选择。"), field="sound")
    if len(content) > LARGEST_SOUND:
        raise EvidenceRefused(_("录音超过 30 MB，请分段上传。"), field="sound")
    return content


def ending_of(content: bytes) -> str:
    """What kind of recording it is, by its own first bytes. Raises EvidenceRefused for what is none."""
    for at, start, _media_type, ending in _STARTS:
        if content[at : at + len(start)] == start:
            return ending
    raise EvidenceRefused(_("无法识别这个录音，请用手机自带的录音机。"), field="sound")
