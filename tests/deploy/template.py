"""The template as data: read, and expanded by SAM as CloudFormation would."""

import os

import yaml
from samtranslator.translator.transform import transform


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short intrinsics (`!Ref x`)."""


def _intrinsic(loader, name, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load(path):
    """The template as it stands in its file."""
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, _Loader)


def functions(template):
    """Logical id → folder of the code, for each function of the template."""
    return {
        name: resource["Properties"]["CodeUri"].removeprefix("../")
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


class _ManagedPolicies:
    """The template names no managed policy of AWS, so none are looked up."""

    def load(self):
        return {}


def expanded(template, region):
    """What SAM makes of the template."""
    os.environ["AWS_DEFAULT_REGION"] = region
    return transform(template, {}, _ManagedPolicies())
