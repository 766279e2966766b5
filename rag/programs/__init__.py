"""What programs get: the formats of answers, paragraphs and verdicts as JSON, with their JSON Schema, and the MCP tools."""
