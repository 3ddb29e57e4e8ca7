/** What is known of one update, as plain text. */
import type { Language } from '../core/entry.ts';
import type { CauseId } from '../core/verdict.ts';
import { UPDATE_STATES, type UpdateState } from '../core/patch-state.ts';
import { hanging } from './paragraphs.ts';

/** As `explain KB… --json` prints it. */
export interface UpdateDocument {
  readonly kb: string;
  /** Its page at Microsoft; not every number has one. */
  readonly link: string;
  /** The builds that it brings, as `19045.4046`, where the catalogue has them. */
  readonly builds: readonly string[];
  /** Causes of the catalogue that speak of it by its number. */
  readonly causes: readonly { readonly id: CauseId; readonly title: string }[];
  /** The run whose hosts are listed; absent when none is stored. */
  readonly run?: string;
  readonly hosts: readonly (UpdateState & { readonly name: string; readonly cause?: CauseId })[];
}

interface Words {
  readonly states: Readonly<Record<UpdateState['state'], string>>;
  readonly builds: string;
  readonly causes: string;
  readonly noRun: string;
  readonly hosts: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    states: {
      failing: 'fail',
      'waits-for-restart': 'wait for a restart',
      missing: 'miss it',
      installed: 'have it',
      'no-record': 'have no record of it',
      unknown: 'could not look',
    },
    builds: 'brings',
    causes: 'causes that name it',
    noRun: 'no run is stored: scan hosts to see which of them have it',
    hosts: 'hosts of run',
  },
  it: {
    states: {
      failing: 'con errore',
      'waits-for-restart': 'in attesa di riavvio',
      missing: 'mancante',
      installed: 'installato',
      'no-record': 'nessuna traccia',
      unknown: 'non verificabile',
    },
    builds: 'porta alla build',
    causes: 'cause che lo citano',
    noRun: "nessuna esecuzione archiviata: esegui una scansione per vedere quali host l'hanno",
    hosts: "host dell'esecuzione",
  },
  ja: {
    states: {
      failing: '失敗',
      'waits-for-restart': '再起動待ち',
      missing: '未適用',
      installed: '適用済み',
      'no-record': '記録なし',
      unknown: '確認できず',
    },
    builds: '適用後のビルド',
    causes: 'この更新に言及する原因',
    noRun: '保存された実行がありません。スキャンすると各ホストの状態を確認できます',
    hosts: '対象の実行',
  },
};

export function updateText(
  { kb, link, builds, causes, run, hosts }: UpdateDocument,
  { language, columns }: { readonly language: Language; readonly columns: number | undefined },
): string {
  const words = WORDS[language];
  const lines = [`${kb}  ${link}`];
  if (builds.length > 0) lines.push(...hanging(`  ${words.builds}: `, builds.join(', '), columns));
  if (causes.length > 0) {
    lines.push('', `  ${words.causes}`);
    for (const { id, title } of causes)
      lines.push(...hanging('    ', `${title}  (${id})`, columns));
  }
  lines.push(
    '',
    ...hanging('  ', run === undefined ? words.noRun : `${words.hosts} ${run}`, columns),
  );
  for (const state of UPDATE_STATES) {
    const these = hosts.filter((host) => host.state === state);
    if (these.length === 0) continue;
    const label = `    ${words.states[state]}: ${these.length}`;
    // Of these nothing is to be done, and there may be thousands.
    if (state === 'installed' || state === 'no-record') lines.push(label);
    else
      lines.push(
        label,
        ...these.flatMap(({ name, code, cause }) =>
          hanging('      ', [name, code, cause].filter(Boolean).join('  '), columns),
        ),
      );
  }
  return `${lines.join('\n')}\n`;
}
