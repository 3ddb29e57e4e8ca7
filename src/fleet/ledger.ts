/**
 * The books of a fleet: who has what first, and what traits go with it. Each host that comes in, or is judged anew,
 * changes counts only; judging them costs the same however many hosts there are. The order in which hosts come never
 * matters. Knows no evidence: traits come in as words.
 */
import { type FleetVerdict, isTied, type Pattern, type Spread } from '../core/fleet.ts';
import type { HostId } from '../core/host.ts';
import type { CauseId, Outcome } from '../core/verdict.ts';
import { canRecur, NOT_ENOUGH_EVIDENCE } from '../core/verdict.ts';
import { wilson } from './chance.ts';
import { type Book, earliest, type Member, newBook } from './book.ts';
import { Counts, type Row } from './counts.ts';
import { type Alike, orderFixes } from './fixes.ts';
import { patternsOf } from './pattern.ts';
import type { Traits } from './traits.ts';

type Judged = Exclude<Outcome, { kind: 'skipped' }>;

/** What is kept of a host. */
interface Entry {
  readonly row: Row;
  readonly dated: Traits['dated'];
  readonly verdict: Brief;
}

interface Brief {
  readonly first: CauseId;
  /** That it has too, and those that were beaten: such a host is neither with the first nor without. */
  readonly also: readonly CauseId[];
  /** All that has to be fixed, or undefined where nothing can be. */
  readonly toFix: readonly CauseId[] | undefined;
  readonly isContact: boolean;
  /** Milliseconds since 1970. */
  readonly since: number | undefined;
}

export class FleetLedger {
  readonly #entries = new Map<HostId, Entry>();
  readonly #books = new Map<CauseId, Book>();
  /** By the causes, joined. */
  readonly #classes = new Map<string, { -readonly [K in keyof Alike]: Alike[K] }>();
  /** Everybody who was asked, and those of them who could be examined. */
  readonly #asked = new Counts();
  readonly #examined = new Counts();
  readonly #traits = new Interned();

  /** Notes how a host was judged, in place of what was noted of it before; without traits they stay as they were. */
  note(host: HostId, outcome: Judged, traits?: Traits): void {
    const before = this.#entries.get(host);
    if (before !== undefined) this.#count(host, before, -1);
    const verdict = briefOf(outcome);
    const entry: Entry = {
      row: traits === undefined ? (before?.row ?? NOTHING) : this.#traits.rowOf(traits),
      // What went on before a failure began; of most hosts none is known.
      dated: verdict.since === undefined ? NONE : ((traits ?? before)?.dated ?? NONE),
      verdict,
    };
    for (const { id, title } of outcome.verdict.causes) this.#bookOf(id).title = title;
    this.#entries.set(host, entry);
    this.#count(host, entry, 1);
  }

  /** How things stand. @param threshold hosts that make a cause recurring */
  verdict(threshold: number): FleetVerdict {
    const books = [...this.#books.values()]
      .filter(({ cause, hosts }) => canRecur(cause) && hosts.size > 0)
      .toSorted((a, b) => b.hosts.size - a.hosts.size || (a.cause < b.cause ? -1 : 1));
    const recurring = books.filter(({ hosts }) => hosts.size >= threshold);
    const patterns = patternsOf(
      recurring.map((book) => ({
        book,
        all: this.#populationOf(book),
        hosts: this.#members(book),
      })),
      this.#traits.list,
    );
    return {
      spreads: books.map((book): Spread => {
        return this.#spreadOf(book, patterns.get(book.cause));
      }),
      fixes: orderFixes(this.#classes.values(), (cause) => this.#books.get(cause)?.title ?? cause),
    };
  }

  #spreadOf(book: Book, pattern: Pattern | undefined): Spread {
    const { cause, title, hosts } = book;
    const tried = this.#populationOf(book).hosts;
    const interval = wilson(hosts.size, tried);
    const starts = this.#members(book).flatMap(({ since }) => since ?? []);
    return {
      cause,
      title,
      hosts: hosts.size,
      tried,
      interval: { low: rounded(interval.low), high: rounded(interval.high) },
      reach: reachOf(hosts.size, tried, pattern),
      ...(starts.length > 0 && {
        since: { at: new Date(earliest(starts)).toISOString(), hosts: starts.length },
      }),
      ...(pattern && { pattern }),
    };
  }

  #members({ hosts }: Book): Member[] {
    return [...hosts].flatMap((host) => {
      const entry = this.#entries.get(host);
      return entry === undefined ? [] : [{ since: entry.verdict.since, dated: entry.dated }];
    });
  }

  /** Those who could have shown a cause. Who was not examined is not one of those without it. */
  #populationOf({ contact }: Book): Counts {
    return contact > 0 ? this.#asked : this.#examined;
  }

  #count(host: HostId, { row, verdict }: Entry, by: 1 | -1): void {
    const { first, also, toFix, isContact } = verdict;
    this.#asked.add(row, by);
    if (!isContact && first !== NOT_ENOUGH_EVIDENCE) this.#examined.add(row, by);
    const book = this.#bookOf(first);
    if (by === 1) book.hosts.add(host);
    else book.hosts.delete(host);
    if (isContact) book.contact += by;
    book.first.add(row, by);
    // Of those with which contact failed only contact causes are known, so they are in no other's population.
    for (const cause of also) this.#bookOf(cause).also.add(row, by);
    if (toFix !== undefined) this.#classify(toFix, isContact, by);
  }

  #classify(causes: readonly CauseId[], isContact: boolean, by: 1 | -1): void {
    const key = causes.join('\n');
    const alike = this.#classes.get(key) ?? { causes, hosts: 0, unseen: 0 };
    this.#classes.set(key, alike);
    alike.hosts += by;
    if (isContact) alike.unseen += by;
  }

  #bookOf(cause: CauseId): Book {
    const known = this.#books.get(cause);
    if (known !== undefined) return known;
    const book = newBook(cause);
    this.#books.set(cause, book);
    return book;
  }
}

/** A cause is systemic where at least this share of those who could have it do, by the lower end of the interval. */
const SYSTEMIC = 0.05;

/** Two of five are more than chance brings, two of a hundred are not. What hosts share is where it can be systemic. */
function reachOf(hosts: number, tried: number, pattern: Pattern | undefined): Spread['reach'] {
  const [best] = isTied(pattern) ? pattern.shared : [];
  const { low } =
    best === undefined ? wilson(hosts, tried) : wilson(best.affected, best.affected + best.others);
  return hosts > 1 && low >= SYSTEMIC ? 'systemic' : 'isolated';
}

const NOTHING: Row = { kinds: [], traits: [] };
const NONE: Entry['dated'] = [];

/** Traits and their kinds by number: a host's are a few numbers each. */
class Interned {
  readonly list: { readonly kind: number; readonly kindName: string; readonly value: string }[] =
    [];
  readonly #kinds = new Map<string, number>();
  readonly #rows = new Map<string, readonly number[]>();
  readonly #numbers = new Map<string, number>();

  rowOf({ known, all }: Traits): Row {
    return {
      kinds: this.#shared(Array.from(known, (kind) => this.#kindOf(kind))),
      traits: all.map(({ kind, value }) => this.#numberOf(kind, value)),
    };
  }

  /** Of most hosts the same kinds are known. */
  #shared(kinds: readonly number[]): readonly number[] {
    const key = kinds.join();
    const first = this.#rows.get(key) ?? kinds;
    this.#rows.set(key, first);
    return first;
  }

  #kindOf(kind: string): number {
    const number = this.#kinds.get(kind) ?? this.#kinds.size;
    this.#kinds.set(kind, number);
    return number;
  }

  #numberOf(kind: string, value: string): number {
    const key = `${kind}\n${value}`;
    const number = this.#numbers.get(key) ?? this.list.length;
    if (number === this.list.length)
      this.list.push({ kind: this.#kindOf(kind), kindName: kind, value });
    this.#numbers.set(key, number);
    return number;
  }
}

function briefOf({ kind, verdict }: Judged): Brief {
  const { cause, causes, consequences } = verdict;
  const also = [...causes, ...consequences].map(({ id }) => id).filter((id) => id !== cause);
  const all = causes.map(({ id }) => id).toSorted();
  const started = Date.parse(causes[0]?.firstSeen ?? '');
  return {
    first: cause,
    also: [...new Set(also)],
    toFix: all.length > 0 && all.every(canRecur) ? all : undefined,
    isContact: kind === 'contact',
    since: Number.isNaN(started) ? undefined : started,
  };
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
