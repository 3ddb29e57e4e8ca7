/** Where sources of one host do not agree, as sentences. */
import type { Language } from '../core/entry.ts';
import type { Discrepancy, DiscrepancyId } from '../core/verdict.ts';

/** `{0}` and so on stand for the values. */
const SENTENCES: Readonly<Record<Language, Readonly<Record<DiscrepancyId, string>>>> = {
  en: {
    'history-empty':
      'the update history is empty, though {0} was installed at {1}: it was reset, or Windows was upgraded',
    'history-short':
      'the update history begins at {2}, though an event tells of {0} at {1}: it was reset, or Windows was upgraded',
    'running-but-staged':
      'the build of {0} is said to run, but servicing has that package only staged',
    'failed-but-listed': '{0} failed at {1} with {2}, but {3} is in the list of installed updates',
    'failed-but-running': '{0} failed at {1} with {2}, but the running build {3} contains it',
    'failed-but-packaged': '{0} failed at {1} with {2}, but {3} was installed since',
    'failed-but-not-offered':
      '{0} failed at {1} with {2}, but the search of {3} no longer offers it',
    'installed-but-not-running':
      '{0} was reported as installed at {1} and brings build {2}, but build {3} runs',
    'failed-against-success': '{0} at {1}: {2} says that it failed, {3} that it was installed',
    'success-against-failed': '{0} at {1}: {2} says that it was installed, {3} that it failed',
    'codes-differ': '{0} failed with {2} by {1}, and with {4} by {3}, which is closer to it',
    'agent-misses-installed': 'the agent says that {0} is missing, the host that it is installed',
    'agent-claims-failed':
      'the agent says that {0} is installed, the host that it failed at {1} with {2}',
  },
  it: {
    'history-empty':
      'la cronologia degli aggiornamenti è vuota, benché {0} sia stato installato alle {1}: è stata azzerata, o Windows è stato aggiornato di versione',
    'history-short':
      'la cronologia degli aggiornamenti comincia alle {2}, benché un evento riferisca di {0} alle {1}: è stata azzerata, o Windows è stato aggiornato di versione',
    'running-but-staged':
      'la build di {0} risulta in esecuzione, ma per la manutenzione quel pacchetto è solo preparato',
    'failed-but-listed':
      "{0} è fallito alle {1} con {2}, ma {3} è nell'elenco degli aggiornamenti installati",
    'failed-but-running':
      '{0} è fallito alle {1} con {2}, ma la build in esecuzione {3} lo contiene',
    'failed-but-packaged': '{0} è fallito alle {1} con {2}, ma da allora è stato installato {3}',
    'failed-but-not-offered':
      '{0} è fallito alle {1} con {2}, ma la ricerca delle {3} non lo offre più',
    'installed-but-not-running':
      '{0} risulta installato alle {1} e porta la build {2}, ma è in esecuzione la build {3}',
    'failed-against-success': '{0} alle {1}: per {2} è fallito, per {3} è stato installato',
    'success-against-failed': '{0} alle {1}: per {2} è stato installato, per {3} è fallito',
    'codes-differ':
      "{0} è fallito con {2} secondo {1}, e con {4} secondo {3}, che è più vicino all'accaduto",
    'agent-misses-installed': "per l'agente {0} manca, per l'host è installato",
    'agent-claims-failed': "per l'agente {0} è installato, per l'host è fallito alle {1} con {2}",
  },
  ja: {
    'history-empty':
      '更新の履歴は空だが、{0} は {1} にインストールされている: 履歴がリセットされたか、Windows がアップグレードされた',
    'history-short':
      '更新の履歴は {2} から始まるが、{0} のイベントが {1} にある: 履歴がリセットされたか、Windows がアップグレードされた',
    'running-but-staged':
      '{0} のビルドが動作中とされているが、サービス処理ではステージ済みにすぎない',
    'failed-but-listed': '{0} は {1} に {2} で失敗したが、{3} はインストール済みの一覧にある',
    'failed-but-running': '{0} は {1} に {2} で失敗したが、動作中のビルド {3} に含まれている',
    'failed-but-packaged': '{0} は {1} に {2} で失敗したが、その後 {3} がインストールされた',
    'failed-but-not-offered': '{0} は {1} に {2} で失敗したが、{3} の検索では提供されていない',
    'installed-but-not-running':
      '{0} は {1} にインストール済みと報告され、ビルド {2} になるはずだが、{3} が動作中',
    'failed-against-success': '{0} ({1}): {2} では失敗、{3} ではインストール済み',
    'success-against-failed': '{0} ({1}): {2} ではインストール済み、{3} では失敗',
    'codes-differ': '{0} は {1} では {2}、より原因に近い {3} では {4} で失敗',
    'agent-misses-installed': '{0} はエージェントでは未適用、ホストではインストール済み',
    'agent-claims-failed': '{0} はエージェントではインストール済み、ホストでは {1} に {2} で失敗',
  },
};

export function discrepancyText({ id, values }: Discrepancy, language: Language): string {
  return SENTENCES[language][id].replace(/\{(\d)\}/g, (_, at: string) => values[Number(at)] ?? '');
}
