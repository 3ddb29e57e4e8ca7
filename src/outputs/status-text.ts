/** The path to a host's state as plain text: each test in order, with what decided it. */
import type { Reason, ReasonId, State, StatusPath, Step } from '../core/patch-state.ts';
import type { Language } from '../core/entry.ts';
import { hanging } from './paragraphs.ts';

interface Words {
  /** `{0}` and so on stand for the values. */
  readonly reasons: Readonly<Record<ReasonId, string>>;
  readonly states: Readonly<Record<State, string>>;
  readonly holds: Readonly<Record<Step['holds'], string>>;
  readonly none: string;
  readonly unsure: string;
  readonly hidden: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    reasons: {
      'policy-in-inventory': 'the inventory names the policy {0}',
      'policy-of-agent': '{0} has a policy for it',
      'policy-value': 'the value {0} is set by policy',
      deployed: '{0} is deployed to it',
      'agent-without-policy': '{0} says that no policy covers it',
      'nothing-covers': 'no policy of Windows Update is set, and no agent covers it',
      contact: 'contact ended at {0} with {1}',
      'service-off': 'the service {0} is off',
      'search-fails': 'the search for updates fails with {0}',
      'search-told': 'what the search found is there',
      'agent-told': 'an agent tells of its patches',
      'history-told': 'the history of installations is there',
      'nothing-told': 'neither history nor search nor agent says anything of patches',
      'restart-due': 'a restart is due since {0}',
      'no-restart': 'nothing of servicing waits for one',
      failed: '{0} failed at {1} with {2}',
      'failed-before': '{0} failed at {1} with {2}, before the most recent run',
      undone: '{0} was installed and undone: build {1} runs where it brings {2}',
      'nothing-failed': 'nothing that failed is still open',
      'approved-missing': '{0} is approved and missing',
      offered: '{0} is offered',
      'nothing-offered': 'the search offers nothing',
      'nothing-missing': 'no approved patch is missing',
      ground: '{0}',
      'could-not-look': '{0} was not collected, or could not be read',
    },
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
    reasons: {
      'policy-in-inventory': "l'inventario indica il criterio {0}",
      'policy-of-agent': '{0} ha un criterio che lo copre',
      'policy-value': 'il valore {0} è impostato da un criterio',
      deployed: '{0} gli è stato distribuito',
      'agent-without-policy': '{0} dice che nessun criterio lo copre',
      'nothing-covers': 'nessun criterio di Windows Update è impostato e nessun agente lo copre',
      contact: 'contatto terminato in {0} con {1}',
      'service-off': 'il servizio {0} è disattivato',
      'search-fails': 'la ricerca degli aggiornamenti fallisce con {0}',
      'search-told': "c'è ciò che la ricerca ha trovato",
      'agent-told': 'un agente riferisce le sue patch',
      'history-told': "c'è la cronologia delle installazioni",
      'nothing-told': 'né cronologia né ricerca né agente dicono qualcosa delle patch',
      'restart-due': 'è dovuto un riavvio dal {0}',
      'no-restart': 'nessuna operazione di manutenzione lo attende',
      failed: '{0} fallito alle {1} con {2}',
      'failed-before': "{0} fallito alle {1} con {2}, prima dell'esecuzione più recente",
      undone: '{0} installato e poi annullato: è in esecuzione la build {1}, mentre porta la {2}',
      'nothing-failed': 'nulla di ciò che è fallito è ancora aperto',
      'approved-missing': '{0} è approvato e mancante',
      offered: '{0} è offerto',
      'nothing-offered': 'la ricerca non offre nulla',
      'nothing-missing': 'non manca nessuna patch approvata',
      ground: '{0}',
      'could-not-look': '{0} non raccolto o non leggibile',
    },
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
    reasons: {
      'policy-in-inventory': 'インベントリでポリシー {0} が指定されている',
      'policy-of-agent': '{0} のポリシーの対象である',
      'policy-value': 'ポリシーで {0} の値が設定されている',
      deployed: '{0} が配布されている',
      'agent-without-policy': '{0} はどのポリシーの対象でもないと報告している',
      'nothing-covers': 'Windows Update のポリシーがなく、どのエージェントの対象でもない',
      contact: '接続は {0} で終了 ({1})',
      'service-off': 'サービス {0} が無効',
      'search-fails': '更新の検索が {0} で失敗',
      'search-told': '検索の結果がある',
      'agent-told': 'エージェントが更新の状態を報告している',
      'history-told': 'インストールの履歴がある',
      'nothing-told': '履歴、検索、エージェントのいずれにも更新の情報がない',
      'restart-due': '再起動が必要 ({0} から)',
      'no-restart': '再起動を待つサービス処理はない',
      failed: '{0} が {1} に {2} で失敗',
      'failed-before': '{0} が {1} に {2} で失敗 (直近の実行より前)',
      undone: '{0} は適用後に元に戻された: ビルド {1} が動作中 (適用後は {2})',
      'nothing-failed': '未解決の失敗はない',
      'approved-missing': '{0} は承認済みで未適用',
      offered: '{0} が提供されている',
      'nothing-offered': '検索で提供されるものはない',
      'nothing-missing': '承認済みで不足している更新はない',
      ground: '{0}',
      'could-not-look': '{0} は未収集、または読み取れなかった',
    },
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
      ...because.flatMap((reason) =>
        hanging(
          '       ',
          `${reasonText(reason, style.language)}  ${reason.pointer}`.trimEnd(),
          style.columns,
        ),
      ),
    );
  }
  if (unsure.length > 0) {
    const names = unsure.map((one) => words.states[one]).join(', ');
    lines.push('', ...hanging('  ', `${names}: ${words.unsure}`, style.columns));
  }
  return `${lines.join('\n')}\n`;
}

/** What decided a test, as a sentence. */
export function reasonText({ id, values }: Reason, language: Language): string {
  return WORDS[language].reasons[id].replace(
    /\{(\d)\}/g,
    (_, at: string) => values[Number(at)] ?? '',
  );
}
