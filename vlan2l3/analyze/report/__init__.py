"""Write findings for people and programs: terminal, Markdown, JSON, SARIF, and one catalogue entry.

Comes in: findings, an `Analysis`, or a rule. Goes out: text, the same for the same input. Whatever a device
said is quoted for the place it lands in; colours, paths and files are the caller's business.
"""

from vlan2l3.analyze.report.document import as_json, schema
from vlan2l3.analyze.report.entry import RULES_HEADER, explained, rule_rows
from vlan2l3.analyze.report.markdown import as_markdown, as_page
from vlan2l3.analyze.report.sarif import as_sarif
from vlan2l3.analyze.report.terminal import TABLE_HEADER, as_details, as_gaps, as_table_rows

__all__ = [
    "RULES_HEADER", "TABLE_HEADER", "as_details", "as_gaps", "as_json", "as_markdown", "as_page", "as_sarif",
    "as_table_rows", "explained", "rule_rows", "schema",
]  # fmt: skip
