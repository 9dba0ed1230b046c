"""An Excel workbook as the text that the same export would be as CSV."""

import csv
import io
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from course_utils.errors import InputError
from course_utils.shop import words

DAMAGED = (CalamineError, OSError, ValueError, IndexError)
EXACT = 10**15  # Excel keeps 15 digits of a number and loses the others


def workbook_as_csv(name: str, data: bytes) -> str:
    """The first sheet that has a cell, as CSV; raise `InputError` where none can be read."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = (workbook.get_sheet_by_index(at) for at in range(len(workbook.sheet_names)))
        rows = next((found for sheet in sheets if (found := sheet.to_python())), [])
    except PasswordError:
        raise InputError(words.locked_workbook.format(file=name)) from None
    except DAMAGED:
        raise InputError(words.broken_workbook.format(file=name)) from None
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [_written(cell) for cell in row] for row in rows
    )
    return text.getvalue()


def _written(cell: object) -> str:
    """A cell as an export to CSV writes it; a number whose digits are lost, so that it shows."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell == int(cell):
        return f"{cell:.0f}" if abs(cell) < EXACT else f"{cell:.4E}"
    return " ".join(str(cell).split("\n"))
