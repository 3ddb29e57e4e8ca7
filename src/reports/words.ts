/** The words of reports, in every language. `{0}` and so on stand for figures. */
import type { Language } from '../core/entry.ts';

export interface ReportWords {
  readonly title: string;
  /** hosts, ok, hindered, unseen */
  readonly summary: string;
  /** title of the fix, hosts, hosts of the run */
  readonly first: string;
  readonly nothing: string;
  readonly incomplete: string;
  readonly causes: string;
  readonly fixes: string;
  readonly patches: string;
  readonly sites: string;
  readonly provenance: string;
  readonly cause: string;
  readonly hosts: string;
  readonly share: string;
  readonly since: string;
  readonly where: string;
  readonly next: string;
  readonly recurring: string;
  readonly freed: string;
  readonly together: string;
  readonly site: string;
  readonly noSite: string;
  readonly ok: string;
  readonly hindered: string;
  readonly unseen: string;
  readonly run: string;
  readonly started: string;
  readonly finished: string;
  readonly of: string;
  readonly tool: string;
  readonly evidence: string;
  readonly notKept: string;
  readonly item: string;
  readonly value: string;
}

export const REPORT_WORDS: Readonly<Record<Language, ReportWords>> = {
  en: {
    title: 'Why patches fail: overview',
    summary: 'Of {0} hosts {1} are in order, {2} are held back, and of {3} nothing is known.',
    first: 'The one thing to do first: {0}. It brings back {1} of {2} hosts.',
    nothing: 'Nothing holds a host back that was looked at.',
    incomplete: 'The run was stopped before every host had its result: figures are too low.',
    causes: 'What holds hosts back',
    fixes: 'What to fix, in the order that brings most hosts back',
    patches: 'Patches that need a hand',
    sites: 'Sites',
    provenance: 'What these figures rest on',
    cause: 'cause',
    hosts: 'hosts',
    share: 'share',
    since: 'since',
    where: 'where',
    next: 'do next',
    recurring: 'recurring',
    freed: 'hosts freed',
    together: 'in all',
    site: 'site',
    noSite: 'no site',
    ok: 'in order',
    hindered: 'held back',
    unseen: 'not known',
    run: 'run',
    started: 'started (UTC)',
    finished: 'finished (UTC)',
    of: 'hosts of',
    tool: 'patchwhy and its catalogue',
    evidence: 'SHA-256 of the evidence',
    notKept: 'not kept',
    item: 'item',
    value: 'value',
  },
  it: {
    title: 'Perché le patch falliscono: panoramica',
    summary: 'Di {0} host {1} sono in ordine, {2} sono bloccati e di {3} non si sa nulla.',
    first: 'La prima cosa da fare: {0}. Rimette in ordine {1} host su {2}.',
    nothing: 'Nulla blocca gli host esaminati.',
    incomplete:
      "L'esecuzione è stata interrotta prima che ogni host avesse il suo esito: le cifre sono troppo basse.",
    causes: 'Che cosa blocca gli host',
    fixes: "Che cosa correggere, nell'ordine che recupera più host",
    patches: 'Patch che richiedono un intervento',
    sites: 'Sedi',
    provenance: 'Su che cosa si basano queste cifre',
    cause: 'causa',
    hosts: 'host',
    share: 'quota',
    since: 'dal',
    where: 'dove',
    next: 'prossimo passo',
    recurring: 'ricorrente',
    freed: 'host liberati',
    together: 'in tutto',
    site: 'sede',
    noSite: 'nessuna sede',
    ok: 'in ordine',
    hindered: 'bloccati',
    unseen: 'non noti',
    run: 'esecuzione',
    started: 'inizio (UTC)',
    finished: 'fine (UTC)',
    of: 'host di',
    tool: 'patchwhy e il suo catalogo',
    evidence: 'SHA-256 delle prove',
    notKept: 'non conservate',
    item: 'voce',
    value: 'valore',
  },
  ja: {
    title: 'パッチが失敗する理由: 概要',
    summary: '{0} 台のうち {1} 台は正常、{2} 台は妨げられており、{3} 台については不明です。',
    first: '最初に行うこと: {0}。{2} 台のうち {1} 台が回復します。',
    nothing: '調査したホストを妨げているものはありません。',
    incomplete:
      'すべてのホストの結果が出る前に実行が停止されました。数値は実際より小さくなっています。',
    causes: 'ホストを妨げているもの',
    fixes: '修正すべきこと (回復するホストが多い順)',
    patches: '対応が必要なパッチ',
    sites: '拠点',
    provenance: '数値の根拠',
    cause: '原因',
    hosts: 'ホスト数',
    share: '割合',
    since: '発生',
    where: '場所',
    next: '次の手順',
    recurring: '多発',
    freed: '回復するホスト',
    together: '合計',
    site: '拠点',
    noSite: '拠点なし',
    ok: '正常',
    hindered: '妨げあり',
    unseen: '不明',
    run: '実行',
    started: '開始 (UTC)',
    finished: '終了 (UTC)',
    of: '対象',
    tool: 'patchwhy とカタログ',
    evidence: '証拠の SHA-256',
    notKept: '保存なし',
    item: '項目',
    value: '値',
  },
};

export function filled(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)] ?? ''));
}
