"""What may be asked of the read API besides the path."""

from marshmallow import Schema, fields, validate

DEFAULT_AWARDS = 50
MOST_AWARDS = 200
LONGEST_CURSOR = 200


class AwardsQuestion(Schema):
    """Which page of a rep's awards: how many, and behind which cursor of the page before."""

    limit = fields.Integer(load_default=DEFAULT_AWARDS, validate=validate.Range(1, MOST_AWARDS))
    cursor = fields.String(load_default=None, validate=validate.Length(1, LONGEST_CURSOR))
