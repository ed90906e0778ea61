"""How svc is packed: code, procedures, the demo's story and its sample sheet in one wheel."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent

# Folders of plain data that are installed beside the code: nothing in them is imported, everything in them ships.
DATA = {"svc.schemas": "schemas", "svc.story": "svc/story", "svc.sample": "tests/sample"}
JUNK = [".*", "**/.*", "*~", "**/*~", "**/*.pyc"]


def version() -> str:
    """The version that the code itself states; read as text, because importing would need the dependencies."""
    found = re.search(r'^__version__ = "([^"]+)"$', (HERE / "svc" / "__init__.py").read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit("svc/__init__.py states no __version__")
    return found[1]


setup(
    name="svc",
    version=version(),
    description="Service records under a documented quality procedure, kept in a git repository",
    long_description=(HERE / "README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    author="the svc authors",
    license_expression="MIT",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=[*find_packages(include=["svc", "svc.*"]), *DATA],
    package_dir=DATA,
    package_data={"svc": ["py.typed"], **{package: ["**/*"] for package in DATA}},
    exclude_package_data={package: JUNK for package in DATA},
    include_package_data=False,
    install_requires=[
        "click>=8.2",
        "PyYAML>=6",
        "jsonschema>=4.23",
        "jsonschema-rs>=0.30",
        "GitPython>=3.1.44",
        "tabulate[widechars]>=0.9",
        "wcwidth>=0.2.13",
        'tzdata; platform_system == "Windows"',
    ],
    extras_require={
        "xlsx": ["openpyxl>=3.1"],
        "cn": ["chinesecalendar>=1.10"],
        "test": [
            "build>=1.2",
            "check-jsonschema>=0.29",
            "chinesecalendar>=1.10",
            "hypothesis>=6.100",
            "mypy>=1.11",
            "openpyxl>=3.1",
            "pytest>=8.2",
            "pytest-xdist>=3.6",
            "ruff>=0.6",
            "setuptools>=77.0.3",
            "types-jsonschema",
            "types-openpyxl",
            "types-PyYAML",
            "types-tabulate",
        ],
    },
    entry_points={"console_scripts": ["svc = svc.cli.main:main"]},
    classifiers=[
        "Development Status :: 4 - Beta",
        "Environment :: Console",
        "Natural Language :: Chinese (Simplified)",
        "Natural Language :: English",
        "Operating System :: MacOS",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3 :: Only",
        "Typing :: Typed",
    ],
    zip_safe=False,
)
