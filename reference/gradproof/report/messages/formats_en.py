"""English: what the forms for CI say beside the report's own sentences."""

MESSAGES = {
    "ci.root": "the root of the repository",
    "ci.loads": "The target can be loaded.",
    "ci.expects": "What is expected to fail is a clause of the port's role.",
    "ci.diagnosis": "A port that is known to be wrong has the defects that were declared.",
    "ci.table": "| | port |",
    "ci.defect": "defect:",
    "ci.again": "again:",
}
