"""The interviewer: policy, graph, brains, channels, commands.

langgraph reads its environment when it is first imported, whoever does that: checkpoints load only
our own types, and nothing is traced, whatever the shell says.
"""

import os

TRACING = ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING")
os.environ.update({"LANGGRAPH_STRICT_MSGPACK": "true", **dict.fromkeys(TRACING, "false")})
