from nowroom.lib.actor import Actor, ActorKind, rule, system


def test_only_a_person_has_a_persons_key() -> None:
    assert Actor(ActorKind.PERSON, "7", "Dana").person_id == 7
    assert rule("threat policy").person_id is None
    assert system("send").person_id is None


def test_a_rule_and_the_system_go_by_their_name() -> None:
    assert (rule("threat policy").kind, rule("threat policy").name) == (ActorKind.RULE, "threat policy")
    assert (system("send").kind, system("send").id) == (ActorKind.SYSTEM, "send")
