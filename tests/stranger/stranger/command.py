"""A command of its own."""

import click


@click.command()
@click.argument("name")
def hello(name: str) -> None:
    """Greets somebody."""
    click.echo(f"hello {name} from a stranger")
