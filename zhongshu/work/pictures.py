"""From what a phone sends to a picture that is safe to keep and to show."""

import warnings
from io import BytesIO
from typing import Protocol

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from zhongshu.work.errors import PhotoRefused

register_heif_opener()


class Readable(Protocol):
    """An open file, or an upload."""

    def read(self, size: int = ..., /) -> bytes: ...


LARGEST_FILE = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 1920
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")  # the last is what telephones of Apple send


def read(upload: Readable) -> bytes:
    """The bytes of an upload. Raises PhotoRefused above 15 MB, or when there are none."""
    content = upload.read(LARGEST_FILE + 1)
    if not content:
        raise PhotoRefused(_("没有收到照片，请重新选择。"), field="photo")
    if len(content) > LARGEST_FILE:
        raise PhotoRefused(_("照片超过 15 MB，请压缩后再传。"), field="photo")
    return content


def as_jpeg(content: bytes) -> bytes:
    """Re-encoded: upright, at most 1920 pixels wide or high, without anything else the file carried (where, when).

    Raises PhotoRefused for what is not a JPEG, PNG, WebP or HEIC picture, is damaged, or unpacks to too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PhotoRefused(_("照片像素太大，请缩小后再传。"), field="photo")
                return _encoded(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise PhotoRefused(_("无法识别这张照片，请用 JPEG、PNG、WebP 或 HEIC 格式。"), field="photo") from error


def _encoded(picture: Image.Image) -> bytes:
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size, "white")
    seen = upright.convert("RGBA")
    plain.paste(seen, mask=seen.getchannel("A"))
    out = BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
