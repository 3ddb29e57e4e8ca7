/** The two honest verdicts for when no cause is found: it fails and nobody knows why, or there is too little to say. */
import type { Finding, Quote, Unread, Verdict } from '../core/verdict.ts';
import { NOT_ENOUGH_EVIDENCE } from '../core/verdict.ts';
import type { FactName, Facts } from '../facts/declared.ts';
import type { HostFacts } from '../facts/examine.ts';
import type { Catalogue } from './catalogue.ts';
import { explainCode } from './codes.ts';
import type { Suspicion } from './judge-cause.ts';
import { inWords } from './sentence.ts';
import { spanOf } from './span.ts';

type Undecided = Pick<Verdict, 'status' | 'cause' | 'causes' | 'unread'>;

const UNEXPLAINED = 'unexplained-failure';

export function undecided(
  catalogue: Catalogue,
  host: HostFacts,
  suspicions: readonly Suspicion[],
): Undecided {
  const failures = failuresOf(host.facts);
  return failures.length > 0
    ? unexplained(catalogue, host, failures)
    : notEnough(catalogue, host, suspicions);
}

interface Failure {
  readonly what: string;
  readonly code: string;
  readonly at: Date;
  readonly from: string;
  readonly tries: number;
  readonly first: Date;
}

/** Everything that fails and is not settled, newest first: installations, downloads, the search. */
function failuresOf({ open, downloads, scan }: Facts): readonly Failure[] {
  const installs = open.installs.map((one) => ({ ...one, what: one.name }));
  const fetches = downloads.failing.map((one) => ({ ...one, what: `the download of ${one.name}` }));
  const search = scan.failing
    ? [{ ...scan, what: 'the search for updates', at: scan.newest, first: scan.since }]
    : [];
  return [...installs, ...fetches, ...search].toSorted((a, b) => b.at.getTime() - a.at.getTime());
}

const QUOTED_AT_MOST = 5;

function unexplained(
  catalogue: Catalogue,
  { facts, unread }: HostFacts,
  failures: readonly Failure[],
): Undecided {
  const quotes = failures.slice(0, QUOTED_AT_MOST).map(({ what, code, at, from }): Quote => {
    const [known] = code === '' ? [] : explainCode(code, catalogue.codes());
    const meaning =
      known === undefined ? '' : ` (${[known.symbol, known.meaning].filter(Boolean).join(': ')})`;
    return {
      kind: 'strong',
      pointer: from,
      quote: `${what} failed at ${inWords(at)} with ${code === '' ? 'no code' : code}${meaning}`,
    };
  });
  const status =
    facts.open.installs.length + facts.downloads.failing.length > 0 ? 'failing' : 'scan-failing';
  const span = spanOf({ speaksOf: failures, status }, facts);
  const finding = {
    ...wordsOf(catalogue, UNEXPLAINED),
    confidence: 0.5,
    evidence: quotes,
    ...span,
  };
  return { status, cause: UNEXPLAINED, causes: [finding], unread };
}

/** Without these nobody can say that a host is well, or why it is not. */
const DECISIVE: readonly (readonly [section: string, facts: readonly FactName[]])[] = [
  ['os', ['os']],
  ['windowsUpdate.history', ['open']],
  ['windowsUpdate.lastScanSuccess', ['scan']],
  ['events', ['crashes']],
  ['reboot', ['restart']],
  ['services', ['services']],
];

function notEnough(
  catalogue: Catalogue,
  host: HostFacts,
  suspicions: readonly Suspicion[],
): Undecided {
  const refused = host.unread.map(({ section, hresult, message }, position): Quote => ({
    kind: 'strong',
    pointer: `/errors/${position}`,
    quote: `could not look at ${section}: ${[hresult, message].filter(Boolean).join(' ') || 'refused'}`,
  }));
  const asked = new Set(host.unread.flatMap(({ section }) => [section, section.split('.')[0]]));
  const wanted = new Set(suspicions.flatMap(({ couldNotLook }) => couldNotLook));
  const missing = DECISIVE.filter(
    ([section, facts]) =>
      !asked.has(section.split('.')[0] ?? section) &&
      facts.some((name) => !host.facts[name].known && (wanted.has(name) || name === 'os')),
  ).map(([section]): Unread => ({ section, message: 'not collected' }));
  const { history } = host.facts;
  const lost: Quote[] = history.blind
    ? [
        {
          kind: 'strong',
          pointer: history.from,
          quote: `the update history is empty, though ${history.witness} was installed at ${inWords(history.witnessed)}: what failed before is not told`,
        },
      ]
    : [];
  const quotes = [
    ...lost,
    ...refused,
    ...missing.map(({ section }): Quote => ({
      kind: 'strong',
      pointer: '',
      quote: `${section} was not collected`,
    })),
  ];
  const finding = { ...wordsOf(catalogue, NOT_ENOUGH_EVIDENCE), confidence: 0.9, evidence: quotes };
  return {
    status: 'no-data',
    cause: NOT_ENOUGH_EVIDENCE,
    causes: [finding],
    unread: [...host.unread, ...missing],
  };
}

function wordsOf(
  catalogue: Catalogue,
  id: string,
): Pick<Finding, 'id' | 'title' | 'category' | 'next'> {
  const cause = catalogue.causes.get(id)?.cause;
  return {
    id,
    title: cause?.title.en ?? id,
    category: cause?.category ?? 'evidence',
    ...(cause && { next: cause.next }),
  };
}
