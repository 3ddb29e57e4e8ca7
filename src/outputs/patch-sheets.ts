/** The columns of patch tables: one list a table, each column said once. */
import type { Language } from '../core/entry.ts';
import { type KeptPatch, type LifeStep, PATCH_STATUSES } from '../core/host-patch.ts';
import type { JudgedPatch } from '../patches/patch-verdict.ts';
import type { PatchSummary } from '../patches/patch-summary.ts';
import { severityOf } from '../patches/severity.ts';
import { type ColumnId, PATCH_WORDS, type PatchWords } from './patch-words.ts';
import type { Cell, Column } from './sheet.ts';

/** Columns of a table, and those shown where nobody chose any. */
export interface Layout<Row> {
  readonly columns: readonly Column<Row>[];
  readonly usual: readonly string[];
}

/** What a code means, in one line; empty where the tables do not know it. */
export type MeaningOf = (code: string) => string;

export interface HostPatchRow {
  readonly host: string;
  readonly patch: KeptPatch;
}

export interface LifeRow extends HostPatchRow {
  readonly step: LifeStep;
}

export function patchLayout(language: Language): Layout<PatchSummary> {
  const words = PATCH_WORDS[language];
  const of = columnMaker<PatchSummary>(words);
  const counts = PATCH_STATUSES.map((status): Column<PatchSummary> => ({
    id: status,
    title: words.statuses[status],
    value: ({ counts }) => counts[status],
  }));
  return {
    columns: [
      of(
        'kb',
        ({ kb, key }) => kb || key,
        ({ kb, title }) => kb || title,
      ),
      of('title', ({ title }) => title),
      of('family', ({ family }) => family),
      of('severity', ({ offer }) => severityOf(offer.severity)),
      of(
        'released',
        ({ offer }) => dateOf(offer.released),
        ({ offer }) => day(offer.released),
      ),
      of(
        'size',
        ({ offer }) => offer.sizeBytes,
        ({ offer }) => bytes(offer.sizeBytes),
      ),
      of(
        'restart',
        ({ offer }) => offer.needsRestart,
        ({ offer }) => yesNo(words, offer.needsRestart),
      ),
      of(
        'input',
        ({ offer }) => offer.needsInput,
        ({ offer }) => yesNo(words, offer.needsInput),
      ),
      of('cves', ({ offer }) => offer.cves?.join(' ')),
      of('targeted', ({ targeted }) => targeted),
      of('tried', ({ tried }) => tried),
      of('succeeded', ({ succeeded }) => succeeded),
      ...counts,
      of('link', ({ kb }) => linkOf(kb)),
    ],
    usual: [
      'kb',
      'severity',
      'released',
      'targeted',
      'tried',
      'installed',
      'failed',
      'reboot-required',
      'pending',
      'missing',
      'title',
    ],
  };
}

export function hostPatchLayout(language: Language, meaningOf: MeaningOf): Layout<HostPatchRow> {
  const words = PATCH_WORDS[language];
  const of = columnMaker<HostPatchRow>(words);
  return {
    columns: [
      of('host', ({ host }) => host),
      of(
        'kb',
        ({ patch }) => patch.kb || patch.key,
        ({ patch }) => patch.kb || '-',
      ),
      of('title', ({ patch }) => patch.title),
      of('family', ({ patch }) => patch.family),
      of(
        'status',
        ({ patch }) => patch.status,
        ({ patch }) => words.statuses[patch.status],
      ),
      of(
        'detected',
        ({ patch }) => patch.detection.state,
        ({ patch }) => words.detections[patch.detection.state],
      ),
      of('detectedAt', ({ patch }) => dateOf(patch.detection.at)),
      of(
        'deployed',
        ({ patch }) => patch.deployment.state,
        ({ patch }) => words.deployments[patch.deployment.state],
      ),
      of(
        'deployedAt',
        ({ patch }) => dateOf(patch.deployment.at),
        ({ patch }) => minute(patch.deployment.at) || words.never,
      ),
      of('code', ({ patch }) => patch.deployment.code || undefined),
      of('exit', ({ patch }) => patch.deployment.exit),
      of('meaning', ({ patch }) => meaningOf(patch.deployment.code) || undefined),
      of('tries', ({ patch }) => patch.deployment.tries),
      of('limit', ({ patch }) => patch.deployment.limit),
      of(
        'approval',
        ({ patch }) => patch.approval,
        ({ patch }) => words.approvals[patch.approval],
      ),
      of(
        'otherMeans',
        ({ patch }) => patch.isByOtherMeans,
        ({ patch }) => (patch.isByOtherMeans ? words.yes : ''),
      ),
      of(
        'claimOnly',
        ({ patch }) => patch.isClaimOnly,
        ({ patch }) => (patch.isClaimOnly ? words.yes : ''),
      ),
      of('severity', ({ patch }) => severityOf(patch.offer.severity)),
      of(
        'released',
        ({ patch }) => dateOf(patch.offer.released),
        ({ patch }) => day(patch.offer.released),
      ),
      of(
        'size',
        ({ patch }) => patch.offer.sizeBytes,
        ({ patch }) => bytes(patch.offer.sizeBytes),
      ),
      of('cves', ({ patch }) => patch.offer.cves?.join(' ')),
      of('link', ({ patch }) => linkOf(patch.kb)),
    ],
    usual: [
      'host',
      'kb',
      'status',
      'detected',
      'detectedAt',
      'deployed',
      'deployedAt',
      'code',
      'tries',
      'title',
    ],
  };
}

export function lifeLayout(language: Language, meaningOf: MeaningOf): Layout<LifeRow> {
  const words = PATCH_WORDS[language];
  const of = columnMaker<LifeRow>(words);
  return {
    columns: [
      of('host', ({ host }) => host),
      of(
        'kb',
        ({ patch }) => patch.kb || patch.key,
        ({ patch }) => patch.kb || '-',
      ),
      of('at', ({ step }) => dateOf(step.at)),
      of(
        'what',
        ({ step }) => step.what,
        ({ step }) => words.steps[step.what],
      ),
      of('code', ({ step }) => step.code || undefined),
      of('meaning', ({ step }) => meaningOf(step.code) || undefined),
      of('count', ({ step }) => step.count),
      of('title', ({ patch }) => patch.title),
    ],
    usual: ['host', 'kb', 'at', 'what', 'count', 'code', 'meaning'],
  };
}

export function verdictLayout(language: Language): Layout<JudgedPatch> {
  const words = PATCH_WORDS[language];
  const of = columnMaker<JudgedPatch>(words);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const columns = [
    of(
      'verdict',
      ({ verdict }) => verdict,
      ({ verdict }) => words.verdicts[verdict],
    ),
    of(
      'kb',
      ({ kb, key }) => kb || key,
      ({ kb }) => kb || '-',
    ),
    of('build', ({ build }) => build || undefined),
    of('tried', ({ tried }) => tried),
    { ...of('status', ({ failed }) => failed), id: 'failed', title: words.statuses.failed },
    of(
      'low',
      ({ interval }) => interval.low,
      ({ interval }) => percent(interval.low),
    ),
    of(
      'high',
      ({ interval }) => interval.high,
      ({ interval }) => percent(interval.high),
    ),
    of('excused', ({ excused }) => excused),
    of('title', ({ title }) => title),
  ];
  return { columns, usual: columns.map(({ id }) => id) };
}

function columnMaker<Row>({ columns }: PatchWords) {
  return (id: ColumnId, value: (row: Row) => Cell, show?: (row: Row) => string): Column<Row> => ({
    id,
    title: columns[id],
    value,
    ...(show && { show }),
  });
}

function dateOf(at: number | undefined): Date | undefined {
  return at === undefined ? undefined : new Date(at);
}

function day(at: number | undefined): string {
  return at === undefined ? '' : new Date(at).toISOString().slice(0, 10);
}

function minute(at: number | undefined): string {
  return at === undefined ? '' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function yesNo({ yes, no }: PatchWords, value: boolean | undefined): string {
  return value === undefined ? '' : value ? yes : no;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `86 MB`: three digits are what anybody compares. */
function bytes(size: number | undefined): string {
  if (size === undefined) return '';
  const power = Math.min(
    UNITS.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, size)) / 3)),
  );
  return `${Number((size / 1000 ** power).toPrecision(3))} ${UNITS[power]}`;
}

/** The article of an update; not every number has one. */
function linkOf(kb: string): string | undefined {
  return kb === '' ? undefined : `https://support.microsoft.com/help/${kb.slice(2)}`;
}
