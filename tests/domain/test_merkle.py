"""RFC 6962, with the reference vectors of Certificate Transparency."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ducha.domain import merkle

# The eight leaves and the roots of the trees over the first n of them, from the reference implementation's tests.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
TREES = st.lists(st.binary(max_size=20), min_size=1, max_size=40)
DIGESTS = st.sampled_from(merkle.DIGESTS)


def test_the_empty_tree_is_the_digest_of_nothing():
    assert merkle.root([]) == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_the_published_ones(size):
    assert merkle.root(HASHES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            1,
            5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_inclusion_proofs_are_the_published_ones(index, size, proof):
    assert [node.hex() for node in merkle.inclusion_proof(HASHES[:size], index)] == proof


@pytest.mark.parametrize(
    ("old", "size", "proof"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_consistency_proofs_are_the_published_ones(old, size, proof):
    assert [node.hex() for node in merkle.consistency_proof(HASHES[:size], old)] == proof


def test_sm3_gives_the_value_of_its_standard():
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert merkle.digest_of(b"abc", "sm3").hex() == expected


def test_an_unknown_digest_is_refused():
    with pytest.raises(ValueError):
        merkle.digest_of(b"abc", "nonsense")


@given(TREES, DIGESTS, st.data())
def test_every_leaf_has_a_proof_and_a_changed_leaf_none(contents, digest, data):
    leaves = [merkle.leaf_hash(content, digest) for content in contents]
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = merkle.inclusion_proof(leaves, index, digest), merkle.root(leaves, digest)
    assert merkle.verify_inclusion(leaves[index], index, len(leaves), proof, root, digest)
    other = merkle.leaf_hash(contents[index] + b"x", digest)
    assert not merkle.verify_inclusion(other, index, len(leaves), proof, root, digest)
    for wrong in range(len(proof)):
        bent = [*proof[:wrong], bytes(len(root)), *proof[wrong + 1 :]]
        assert not merkle.verify_inclusion(leaves[index], index, len(leaves), bent, root, digest)


@given(TREES, DIGESTS, st.data())
def test_every_earlier_tree_is_consistent_and_another_history_is_not(contents, digest, data):
    leaves = [merkle.leaf_hash(content, digest) for content in contents]
    old = data.draw(st.integers(1, len(leaves)))
    proof, root = merkle.consistency_proof(leaves, old, digest), merkle.root(leaves, digest)
    before = merkle.root(leaves[:old], digest)
    assert merkle.verify_consistency(old, len(leaves), before, root, proof, digest)
    assert not merkle.verify_consistency(old, len(leaves), bytes(len(root)), root, proof, digest)


@given(TREES, DIGESTS)
def test_a_growing_tree_has_the_same_root_and_survives_being_stored(contents, digest):
    frontier = merkle.Frontier(digest)
    for content in contents:
        frontier.append(merkle.leaf_hash(content, digest))
        frontier = merkle.Frontier.restored(digest, frontier.size, frontier.stored())
    leaves = [merkle.leaf_hash(content, digest) for content in contents]
    assert frontier.root() == merkle.root(leaves, digest)


@pytest.mark.parametrize("index", [-1, 8])
def test_a_proof_for_a_leaf_that_is_not_there_is_refused(index):
    with pytest.raises(IndexError, match=f"no leaf {index}"):
        merkle.inclusion_proof(HASHES, index)


@pytest.mark.parametrize("old", [0, 9])
def test_a_proof_for_an_impossible_earlier_tree_is_refused(old):
    with pytest.raises(IndexError):
        merkle.consistency_proof(HASHES, old)


def test_a_value_has_one_spelling():
    assert (
        merkle.canonical_json({"b": 1, "a": "督察", "c": [True, None]}) == '{"a":"督察","b":1,"c":[true,null]}'.encode()
    )


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {1: "a"}])
def test_values_without_one_spelling_are_refused(value):
    with pytest.raises(TypeError):
        merkle.canonical_json(value)


def test_a_commitment_depends_on_salt_field_and_value():
    given_one = merkle.commitment(b"salt", "facts", "甲")
    others = {
        merkle.commitment(b"tlas", "facts", "甲"),
        merkle.commitment(b"salt", "title", "甲"),
        merkle.commitment(b"salt", "facts", "乙"),
    }
    assert given_one not in others and len(others) == 3
