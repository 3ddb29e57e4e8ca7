/** Result codes in plain words. Their meanings are English in every language, as Microsoft's own symbols are. */
import type { Language } from '../core/entry.ts';

interface Code {
  readonly code: string;
  readonly symbol: string;
  readonly component: string;
  readonly meaning: string;
  readonly alt: string;
  /** The cause that it is most often a sign of; empty where there is none. */
  readonly cause: string;
}

const WORDS: Readonly<Record<Language, { often: string; also: string; never: string }>> = {
  en: {
    often: 'often',
    also: 'also written',
    never: 'A code alone is never the cause: explain a host to see the proof.',
  },
  it: {
    often: 'spesso',
    also: 'scritto anche',
    never: 'Un codice da solo non è mai la causa: explain HOST mostra le prove.',
  },
  ja: {
    often: '多い原因',
    also: '別の表記',
    never: 'コードだけでは原因は決まりません。explain HOST で根拠を確認してください。',
  },
};

export function codesText(
  asked: string,
  codes: readonly Code[],
  titleOf: (cause: string) => string | undefined,
  language: Language,
): string {
  const words = WORDS[language];
  const lines = codes.flatMap(({ code, symbol, component, meaning, cause }) => [
    `${code}  ${symbol}  (${component})`,
    `  ${meaning}`,
    ...(cause === '' ? [] : [`  ${words.often}: ${cause}, ${titleOf(cause) ?? ''}`]),
  ]);
  const [first] = codes;
  const also = first?.alt && first.alt !== asked ? [`  ${words.also} ${first.alt}`] : [];
  return `${[...lines, ...also, words.never].join('\n')}\n`;
}
