"""The refusals of Twenty 2.21, worded as recorded."""

from typing import Any


class RefusedError(Exception):
    """A request that is answered with an error body `{statusCode, error, messages[]}` (and sometimes `code`)."""

    def __init__(
        self, message: str, *, status: int = 400, error: str = "BadRequestException", code: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.error = error
        self.code = code

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"statusCode": self.status, "error": self.error, "messages": [self.message]}
        return answer if self.code is None else answer | {"code": self.code}


class RefusedTokenError(RefusedError):
    """A refusal from before any route, which writes its parts in another order."""

    def body(self) -> dict[str, Any]:
        return {"statusCode": self.status, "messages": [self.message], "error": self.error}


def missing_token() -> RefusedError:
    return RefusedTokenError("Missing authentication token", status=403, error="FORBIDDEN_EXCEPTION")


def invalid_token() -> RefusedError:
    return RefusedTokenError("Token invalid.", status=401, error="UNAUTHENTICATED")


def unknown_object(word: str, meant: str | None) -> RefusedError:
    hint = f"Did you mean '{meant}'?" if meant else "eg: companies"
    return RefusedError(f"object '{word}' not found. {hint}")


def unknown_field(singular: str, field: str) -> RefusedError:
    return RefusedError(f'Object {singular} doesn\'t have any "{field}" field.')


def invalid_path(path: str) -> RefusedError:
    return RefusedError(
        f"Query path '{path}' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies"
    )


def not_a_uuid(word: str) -> RefusedError:
    return RefusedError(f"'{word}' is not a valid UUID")


def record_not_found() -> RefusedError:
    return RefusedError("Record not found", status=404, error="NotFoundException")


def duplicate_entry() -> RefusedError:
    return RefusedError("A duplicate entry was detected")


def foreign_key_violation(table: str, constraint: str) -> RefusedError:
    return RefusedError(f'insert or update on table "{table}" violates foreign key constraint "{constraint}"')


def server_fault() -> RefusedError:
    return RefusedError("Data validation error.", status=500, error="InternalServerErrorException")


def type_error(message: str) -> RefusedError:
    return RefusedError(message, error="TypeError")


def permission_denied() -> RefusedError:
    message = "Entity performing the request does not have permission"
    return RefusedError(message, error="Error", code="PERMISSION_DENIED")


def limit_reached(tokens: int) -> RefusedError:
    return RefusedError(f"Limit reached ({tokens} tokens per 60000 ms)", status=429, error="HttpException")
