/** The path to a host's state as plain text: each test in order, with what decided it. */
import type { State, StatusPath, Step } from '../core/patch-state.ts';
import type { Language } from '../core/entry.ts';
import { hanging } from './paragraphs.ts';

interface Words {
  readonly states: Readonly<Record<State, string>>;
  readonly holds: Readonly<Record<Step['holds'], string>>;
  readonly none: string;
  readonly unsure: string;
  readonly hidden: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    states: {
      'no-policy': 'No policy',
      'no-data': 'No data',
      'reboot-required': 'Reboot required',
      'install-error': 'Install error',
      'approved-pending': 'Approved pending',
      'fully-patched': 'Fully patched',
    },
    holds: { true: 'yes', false: 'no', unknown: 'could not look' },
    none: 'No test is true: cannot tell',
    unsure: 'could not be decided, and would come first',
    hidden: 'true as well, hidden behind it',
  },
  it: {
    states: {
      'no-policy': 'Nessun criterio',
      'no-data': 'Nessun dato',
      'reboot-required': 'Riavvio necessario',
      'install-error': 'Errore di installazione',
      'approved-pending': 'Approvati in sospeso',
      'fully-patched': 'Completamente aggiornato',
    },
    holds: { true: 'sì', false: 'no', unknown: 'non verificabile' },
    none: 'Nessun test è vero: stato non determinabile',
    unsure: 'non verificabile, e verrebbe prima',
    hidden: 'vero anche questo, nascosto dal primo',
  },
  ja: {
    states: {
      'no-policy': 'ポリシーなし',
      'no-data': 'データなし',
      'reboot-required': '再起動が必要',
      'install-error': 'インストール エラー',
      'approved-pending': '承認済み・未適用',
      'fully-patched': 'すべて適用済み',
    },
    holds: { true: 'はい', false: 'いいえ', unknown: '確認できず' },
    none: '該当する状態なし: 判定できません',
    unsure: '確認できず、該当すればこちらが優先',
    hidden: '同じく該当 (最初の状態に隠れている)',
  },
};

export function statusText(
  host: string,
  { state, steps, unsure }: StatusPath,
  style: { readonly language: Language; readonly columns: number | undefined },
): string {
  const words = WORDS[style.language];
  const first = steps.findIndex((step) => step.state === state);
  const lines = [
    ...hanging('', `${host}  ${state === null ? words.none : words.states[state]}`, style.columns),
    '',
  ];
  for (const [at, { state: one, holds, because }] of steps.entries()) {
    const hidden = holds === 'true' && at > first ? `  (${words.hidden})` : '';
    lines.push(
      ...hanging(
        `  ${at + 1}. `,
        `${words.states[one]}: ${words.holds[holds]}${hidden}`,
        style.columns,
      ),
      ...because.flatMap(({ text, pointer }) =>
        hanging('       ', `${text}  ${pointer}`.trimEnd(), style.columns),
      ),
    );
  }
  if (unsure.length > 0) {
    const names = unsure.map((one) => words.states[one]).join(', ');
    lines.push('', ...hanging('  ', `${names}: ${words.unsure}`, style.columns));
  }
  return `${lines.join('\n')}\n`;
}
