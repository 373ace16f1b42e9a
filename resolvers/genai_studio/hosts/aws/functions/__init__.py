"""Entry points of the Lambda functions, one module each.

Each module creates its `handler` from environment variables when it is imported. The
import fails with the name of the variable if one is missing.
"""

from genai_studio.hosts.aws import fast_imports

# Python imports this package before the modules in it. `instrument` ends the fast imports.
fast_imports.begin()
