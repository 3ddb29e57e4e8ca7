/**
 * The engine's own sentences (quotes, grounds, what was not looked at) in the reader's language. Verdicts carry them in
 * English with the values filled in; here each is matched with its form, and the values go into the form of the other
 * language. What hosts say themselves stays as it is, and so does a sentence that is in no form: users' own causes.
 */
import type { Language } from '../core/entry.ts';

/** A form of a sentence in all languages: `{f.name} failed at {f.at}`. */
type QuoteForm = Readonly<Record<Language, string>>;

export type Tell = (sentence: string) => string;

/** Gives every sentence back as it is: verdicts speak English. */
export const asSaid: Tell = (sentence) => sentence;

export function tellIn(language: Language, forms: readonly QuoteForm[]): Tell {
  if (language === 'en') return asSaid;
  const known = forms.map((form) => readyForm(form, language)).toSorted(closestFirst);
  return (sentence) => {
    for (const { pattern, names, other } of known) {
      const match = pattern.exec(sentence);
      if (match === null) continue;
      const values = new Map(names.map((name, at) => [name, match[at + 1] ?? '']));
      return other.replaceAll(PLACEHOLDER, (_, name: string) => {
        const value = values.get(name) ?? '';
        return SAID_BY_HOSTS.test(name) ? value : valueIn(language, value);
      });
    }
    return sentence;
  };
}

const PLACEHOLDER = /\{([\w.]+)\}/g;

interface ReadyForm {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly other: string;
  /** Letters that must stand there: of two forms that fit, the one with more of them says more. */
  readonly literal: number;
}

function readyForm(form: QuoteForm, language: Language): ReadyForm {
  const names: string[] = [];
  const literals = form.en.split(PLACEHOLDER);
  const source = literals.map((part, at) => {
    if (at % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    names.push(part);
    return valuePattern(part);
  });
  return {
    pattern: new RegExp(`^${source.join('')}$`, 's'),
    names,
    other: form[language],
    literal: form.en.replaceAll(PLACEHOLDER, '').length,
  };
}

function closestFirst(a: ReadyForm, b: ReadyForm): number {
  return b.literal - a.literal;
}

const MINUTE = String.raw`\d{4}-\d\d-\d\d(?: \d\d:\d\d UTC)?|an unknown time`;

/** What a value may look like, so that a longer sentence is not taken for a shorter one with odd values. */
function valuePattern(name: string): string {
  const field = name.split('.')[1];
  if (field === 'at') return `(${MINUTE})`;
  if (field === 'code') return String.raw`(\(not told\)|\S+)`;
  if (field === 'span') return String.raw`(since .+?|\(last at (?:${MINUTE})\))`;
  return '(.*?)';
}

/** Names and lines of a host, which may be any words. */
const SAID_BY_HOSTS = /\.(?:text|message|name|what|by|holder|product|path|url)$/;

/** The few words among values that are ours. */
function valueIn(language: Language, value: string): string {
  const { words, spans } = VALUES[language];
  const word = words[value];
  if (word !== undefined) return word;
  if (value.includes(', '))
    return value
      .split(', ')
      .map((one) => words[one] ?? one)
      .join(', ');
  for (const [pattern, told] of spans) {
    const match = pattern.exec(value);
    if (match !== null) return told.replace('$1', valueIn(language, match[1] ?? ''));
  }
  return value;
}

interface Values {
  readonly words: Readonly<Record<string, string>>;
  readonly spans: readonly (readonly [RegExp, string])[];
}

const SPANS = [
  /^since some time after (.+)$/,
  /^since some time before (.+)$/,
  /^since (.+)$/,
  /^\(last at (.+)\)$/,
  /^(.+) behind$/,
  /^(.+) ahead$/,
] as const;

function values(words: Values['words'], told: readonly string[]): Values {
  return { words, spans: SPANS.map((pattern, at) => [pattern, told[at] ?? '']) };
}

const VALUES: Readonly<Record<Language, Values>> = {
  en: { words: {}, spans: [] },
  it: values(
    {
      'an unknown time': 'un momento sconosciuto',
      '(not told)': '(non indicato)',
      'since the last start or later': "dall'ultimo avvio o da dopo",
      'servicing and Windows Update': 'manutenzione e Windows Update',
      servicing: 'manutenzione',
      'not collected': 'non raccolto',
      refused: 'rifiutato',
      yes: 'sì',
      no: 'no',
      unknown: 'sconosciuto',
      auto: 'automatico',
      autoDelayed: 'automatico (avvio ritardato)',
      manual: 'manuale',
      disabled: 'disabilitato',
      running: 'in esecuzione',
      stopped: 'fermo',
      paused: 'sospeso',
      startPending: 'in avvio',
      stopPending: 'in arresto',
      degraded: 'degradato',
      'packages pending': 'pacchetti in sospeso',
      'a new computer name': 'un nuovo nome del computer',
      'a domain join': "l'aggiunta a un dominio",
      missing: 'mancante',
      approved: 'approvato',
      'not approved': 'non approvato',
      notApproved: 'non approvato',
      notApplicable: 'non applicabile',
      declined: 'rifiutato',
      installed: 'installato',
      repairable: 'riparabile',
      nonRepairable: 'non riparabile',
      healthy: 'integro',
    },
    [
      'da dopo il $1',
      'da prima del $1',
      'dal $1',
      '(ultimo: $1)',
      'indietro di $1',
      'avanti di $1',
    ],
  ),
  ja: values(
    {
      'an unknown time': '不明な時刻',
      '(not told)': '(情報なし)',
      'since the last start or later': '最後の起動以降',
      'servicing and Windows Update': 'サービス処理と Windows Update',
      servicing: 'サービス処理',
      'not collected': '未収集',
      refused: '拒否された',
      yes: 'はい',
      no: 'いいえ',
      unknown: '不明',
      auto: '自動',
      autoDelayed: '自動 (遅延開始)',
      manual: '手動',
      disabled: '無効',
      running: '実行中',
      stopped: '停止中',
      paused: '一時停止中',
      startPending: '開始中',
      stopPending: '停止処理中',
      degraded: '機能低下',
      'packages pending': '保留中のパッケージ',
      'a new computer name': '新しいコンピューター名',
      'a domain join': 'ドメイン参加',
      missing: '不足',
      approved: '承認済み',
      'not approved': '未承認',
      notApproved: '未承認',
      notApplicable: '適用対象外',
      declined: '拒否済み',
      installed: 'インストール済み',
      repairable: '修復可能',
      nonRepairable: '修復不可',
      healthy: '正常',
    },
    ['$1 より後から', '$1 より前から', '$1 から', '最後は $1', '$1 遅れ', '$1 進み'],
  ),
};
