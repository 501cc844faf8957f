/** SHA-256 of a text in UTF-8, as lower-case hexadecimal. Handed in, because `domain` knows no Node. */
export type Hash = (text: string) => string;

const LABEL = 'gantry/chain/v1\n';

/** The head before the first entry: from the installation's id for the whole log, from the release's id for its own chain. */
export const chainStart = (id: string, hash: Hash): string => hash(LABEL + id);

/** The leaf of an entry, from its canonical text behind a zero byte: the form of RFC 9162, so a Merkle tree can be added later. */
export const leafOf = (body: string, hash: Hash): string => hash(`\0${body}`);

/** The head after an entry (trust §3.2); head and leaf as hexadecimal text. */
export const nextHead = (head: string, leaf: string, hash: Hash): string => hash(LABEL + head + leaf);
