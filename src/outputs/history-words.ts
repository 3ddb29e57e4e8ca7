/** The words of comparisons and timelines, in every language. */
import type { Language } from '../core/entry.ts';
import type { Change } from '../history/compare-runs.ts';

export interface HistoryWords {
  readonly changes: Readonly<Record<Change, string>>;
  readonly host: string;
  readonly change: string;
  readonly before: string;
  readonly after: string;
  readonly cause: string;
  readonly hostsBefore: string;
  readonly hostsAfter: string;
  readonly crossed: string;
  readonly up: string;
  readonly down: string;
  readonly nothing: string;
  readonly skipped: string;
  readonly absent: string;
  readonly run: string;
  readonly at: string;
  readonly status: string;
  readonly hosts: string;
  readonly came: TraitSentence;
  readonly went: TraitSentence;
}

type TraitSentence = (
  trait: string,
  affected: readonly [number, number],
  others: readonly [number, number],
) => string;

export const HISTORY_WORDS: Readonly<Record<Language, HistoryWords>> = {
  en: {
    changes: {
      new: 'new',
      changed: 'cause changed',
      same: 'same',
      unknown: 'not known',
      cured: 'cured',
      well: 'well in both',
    },
    host: 'host',
    change: 'change',
    before: 'before',
    after: 'after',
    cause: 'cause',
    hostsBefore: 'hosts before',
    hostsAfter: 'hosts after',
    crossed: 'threshold',
    up: 'now recurring',
    down: 'no longer recurring',
    nothing: 'nothing has changed',
    skipped: 'skipped',
    absent: 'not in the run',
    run: 'run',
    at: 'at (UTC)',
    status: 'status',
    hosts: 'hosts',
    came: (trait, affected, others) =>
      `${trait} came on ${affected.join(' of ')} that have it anew, on ${others.join(' of ')} others`,
    went: (trait, affected, others) =>
      `${trait} went on ${affected.join(' of ')} that have it anew, on ${others.join(' of ')} others`,
  },
  it: {
    changes: {
      new: 'nuovo',
      changed: 'causa cambiata',
      same: 'invariato',
      unknown: 'non noto',
      cured: 'risolto',
      well: 'in ordine in entrambe',
    },
    host: 'host',
    change: 'cambiamento',
    before: 'prima',
    after: 'dopo',
    cause: 'causa',
    hostsBefore: 'host prima',
    hostsAfter: 'host dopo',
    crossed: 'soglia',
    up: 'ora ricorrente',
    down: 'non più ricorrente',
    nothing: 'nulla è cambiato',
    skipped: 'saltato',
    absent: "non nell'esecuzione",
    run: 'esecuzione',
    at: 'ora (UTC)',
    status: 'stato',
    hosts: 'host',
    came: (trait, affected, others) =>
      `${trait}: comparso su ${affected.join(' di ')} che ora ce l’hanno, su ${others.join(' di ')} degli altri`,
    went: (trait, affected, others) =>
      `${trait}: scomparso su ${affected.join(' di ')} che ora ce l’hanno, su ${others.join(' di ')} degli altri`,
  },
  ja: {
    changes: {
      new: '新規',
      changed: '原因が変化',
      same: '変化なし',
      unknown: '不明',
      cured: '解消',
      well: '両方とも正常',
    },
    host: 'ホスト',
    change: '変化',
    before: '前回',
    after: '今回',
    cause: '原因',
    hostsBefore: '前回のホスト数',
    hostsAfter: '今回のホスト数',
    crossed: 'しきい値',
    up: '多発に該当',
    down: '多発ではなくなった',
    nothing: '変化はありません',
    skipped: '対象外',
    absent: '実行に含まれない',
    run: '実行',
    at: '日時 (UTC)',
    status: '状態',
    hosts: 'ホスト数',
    came: (trait, affected, others) =>
      `${trait} が加わった: 新たに該当した ${affected[1]} 台中 ${affected[0]} 台、ほか ${others[1]} 台中 ${others[0]} 台`,
    went: (trait, affected, others) =>
      `${trait} がなくなった: 新たに該当した ${affected[1]} 台中 ${affected[0]} 台、ほか ${others[1]} 台中 ${others[0]} 台`,
  },
};
