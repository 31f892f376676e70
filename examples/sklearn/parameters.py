"""The parameters of params.yaml: PyYAML where it is installed (DVC brings it), else the two levels that the file has."""

import pathlib


def read_parameters(path="params.yaml"):
    text = pathlib.Path(path).read_text()
    try:
        import yaml
    except ImportError:
        return read_two_levels(text)
    return yaml.safe_load(text)


def read_two_levels(text):
    parameters, section = {}, {}
    for line in text.splitlines():
        key, _, value = line.partition("#")[0].partition(":")
        if key.strip() and not value.strip():
            section = parameters[key.strip()] = {}
        elif key.strip():
            section[key.strip()] = float(value) if "." in value else int(value)
    return parameters
