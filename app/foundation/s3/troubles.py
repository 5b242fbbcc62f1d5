"""What S3 and the way to it answer when something fails, in our own words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
)
from urllib3.exceptions import HTTPError

from app.foundation.blobs import StorageAway

log = logging.getLogger("evenkeel.storage")
REFUSED = (
    "The file storage refuses this server, so nothing was stored or read there. An administrator can find out why with "
    "`evenkeel doctor`."
)
MISSING = {"404", "NoSuchKey", "NotFound"}
GONE = {"NoSuchUpload"}
BAD_PARTS = {"InvalidPart", "InvalidPartOrder", "EntityTooSmall"}
NOT_ALLOWED = {
    "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken",
    "NoSuchBucket", "PermanentRedirect", "AuthorizationHeaderMalformed", "RequestTimeTooSkewed",
}  # fmt: skip


class NotAllowedThere(StorageAway):
    """S3 answers and refuses us: no pause mends that, a person does."""

    def __init__(self) -> None:
        super().__init__(REFUSED)


class UploadGone(Exception):
    """S3 knows no multipart upload by this id: completed, aborted, or never begun."""


class BadParts(Exception):
    """S3 no longer has a part that it had taken."""


@contextmanager
def troubles_said(doing: str) -> Iterator[None]:
    """Turns every failure into FileNotFoundError, UploadGone, BadParts, or StorageAway with a sentence for people."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in MISSING:
            raise FileNotFoundError(doing) from None
        if code in GONE:
            raise UploadGone(doing) from None
        if code in BAD_PARTS:
            raise BadParts(doing) from None
        log.warning("The storage answered %s to %s.", code or "an error", doing)
        raise (NotAllowedThere() if code in NOT_ALLOWED else StorageAway()) from error
    except (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError) as error:
        log.warning("There are no credentials for the storage: %s", type(error).__name__)
        raise NotAllowedThere from error
    except (BotoCoreError, Boto3Error, HTTPError) as error:
        log.warning("The storage failed in %s: %s", doing, type(error).__name__)
        raise StorageAway from error
