/** The words of a run in plain text, in every language. Ids of causes and statuses stay as they are in JSON. */
import type { Language } from '../core/entry.ts';
import type { Spread, Tie, Trait, WhyUnknown } from '../core/fleet.ts';

export interface ScanWords {
  readonly hosts: (count: number) => string;
  readonly recurring: string;
  readonly second: (count: number) => string;
  readonly next: string;
  readonly skipped: string;
  readonly totals: (judged: number, contact: number, skipped: number) => string;
  readonly byStatus: string;
  readonly recurringCauses: (count: number) => string;
  readonly incomplete: string;
  readonly levels: Readonly<Record<string, string>>;
  readonly reach: (
    reach: Spread['reach'],
    hosts: number,
    tried: number,
    range: readonly [low: string, high: string],
  ) => string;
  readonly since: (at: string, told: number, hosts: number) => string;
  readonly pattern: string;
  readonly ties: Readonly<Record<Exclude<Tie, 'unknown'>, string>>;
  readonly kinds: Readonly<Record<string, string>>;
  readonly asWell: string;
  readonly cannotTell: string;
  readonly why: Readonly<Record<WhyUnknown, string>>;
  readonly shared: (
    trait: string,
    affected: readonly [number, number],
    others: readonly [number, number],
    p: string,
  ) => string;
  readonly changed: (trait: string, hosts: number, of: number, at: string) => string;
  readonly fixes: string;
  readonly back: (hosts: number) => string;
  readonly more: (hosts: number, total: number) => string;
  readonly unseen: (hosts: number) => string;
  readonly rest: (fixes: number, total: number) => string;
}

const range = (low: string, high: string): string => `${low}–${high}`;

export const SCAN_WORDS: Readonly<Record<Language, ScanWords>> = {
  en: {
    hosts: (count) => (count === 1 ? '1 host' : `${count} hosts`),
    recurring: 'RECURRING',
    second: (count) => `(and second on ${count})`,
    next: 'do next',
    skipped: 'skipped',
    totals: (judged, contact, skipped) =>
      `${judged} judged, ${contact} without evidence, ${skipped} skipped`,
    byStatus: 'by status',
    recurringCauses: (count) => `${count} recurring ${count === 1 ? 'cause' : 'causes'}`,
    incomplete: 'incomplete',
    levels: {},
    reach: (reach, hosts, tried, [low, high]) =>
      `reach: ${reach}, ${hosts} of ${tried} hosts that could have it (${low} to ${high} with 95 % confidence)`,
    since: (at, told, hosts) => `since: ${at} (${told} of ${hosts} hosts tell since when)`,
    pattern: 'pattern',
    ties: {
      relay: 'relay',
      agent: 'agent',
      policy: 'policy',
      patch: 'patch',
      other: 'other',
      random: 'random; whatever its hosts share, others have as often',
    },
    kinds: {},
    asWell: 'or, on the same hosts',
    cannotTell: 'cannot tell',
    why: {
      'too-few': 'too few hosts',
      'no-others': 'every host that could have it has it',
      'nothing-differs': 'nothing that is known differs between hosts',
      partial: 'something is shared, but it explains less than half of the hosts',
    },
    shared: (trait, affected, others, p) =>
      `${trait} on ${affected.join(' of ')}, on ${others.join(' of ')} others (p ${p})`,
    changed: (trait, hosts, of, at) =>
      `changed: ${trait} within the week before, on ${hosts} of ${of} hosts, first ${at}`,
    fixes: 'fix in this order',
    back: (hosts) => (hosts === 1 ? '1 host back' : `${hosts} hosts back`),
    more: (hosts, total) => `${hosts} more, ${total} in all`,
    unseen: (hosts) => `(${hosts} to be looked at again)`,
    rest: (fixes, total) => `and ${fixes} more, ${total} hosts in all`,
  },
  it: {
    hosts: (count) => `${count} host`,
    recurring: 'RICORRENTE',
    second: (count) => `(e seconda su ${count})`,
    next: 'prossimo passo',
    skipped: 'saltati',
    totals: (judged, contact, skipped) =>
      `${judged} giudicati, ${contact} senza evidenze, ${skipped} saltati`,
    byStatus: 'per stato',
    recurringCauses: (count) => (count === 1 ? '1 causa ricorrente' : `${count} cause ricorrenti`),
    incomplete: 'incompleto',
    levels: { warning: 'avviso', error: 'errore', info: 'nota' },
    reach: (reach, hosts, tried, [low, high]) =>
      `portata: ${reach === 'systemic' ? 'sistemica' : 'isolata'}, ${hosts} di ${tried} host che potrebbero averla (${range(low, high)} con il 95 % di confidenza)`,
    since: (at, told, hosts) => `dal: ${at} (${told} host su ${hosts} dicono da quando)`,
    pattern: 'schema',
    ties: {
      relay: 'relay',
      agent: 'agente',
      policy: 'criteri',
      patch: 'patch',
      other: 'altro',
      random: 'casuale; ciò che i suoi host hanno in comune, gli altri lo hanno altrettanto spesso',
    },
    kinds: {
      site: 'sede',
      policy: 'criterio',
      agent: 'agente',
      update: 'aggiornamento',
      model: 'modello',
      source: 'origine',
      software: 'software',
    },
    asWell: 'oppure, sugli stessi host',
    cannotTell: 'non si può dire',
    why: {
      'too-few': 'troppo pochi host',
      'no-others': 'ce l’hanno tutti gli host che potrebbero averla',
      'nothing-differs': 'niente di ciò che si sa differisce fra gli host',
      partial: 'qualcosa è in comune, ma spiega meno della metà degli host',
    },
    shared: (trait, affected, others, p) =>
      `${trait} su ${affected.join(' di ')}, su ${others.join(' di ')} degli altri (p ${p})`,
    changed: (trait, hosts, of, at) =>
      `cambiato: ${trait} nella settimana prima, su ${hosts} di ${of} host, la prima volta ${at}`,
    fixes: 'correggere in questo ordine',
    back: (hosts) => `${hosts} host recuperati`,
    more: (hosts, total) => `altri ${hosts}, ${total} in tutto`,
    unseen: (hosts) => `(${hosts} da riguardare)`,
    rest: (fixes, total) => `e altre ${fixes}, ${total} host in tutto`,
  },
  ja: {
    hosts: (count) => `${count} 台`,
    recurring: '再発',
    second: (count) => `(ほかに 2 番目の原因として ${count} 台)`,
    next: '次の操作',
    skipped: '対象外',
    totals: (judged, contact, skipped) =>
      `判定 ${judged} 台、証拠なし ${contact} 台、対象外 ${skipped} 台`,
    byStatus: '状態別',
    recurringCauses: (count) => `再発している原因 ${count} 件`,
    incomplete: '未完了',
    levels: { warning: '警告', error: 'エラー', info: '情報' },
    reach: (reach, hosts, tried, [low, high]) =>
      `広がり: ${reach === 'systemic' ? '全体的' : '局所的'}、該当しうる ${tried} 台中 ${hosts} 台 (95 % 信頼区間 ${range(low, high)})`,
    since: (at, told, hosts) => `開始: ${at} (${hosts} 台中 ${told} 台で開始時期が判明)`,
    pattern: '傾向',
    ties: {
      relay: 'リレー',
      agent: 'エージェント',
      policy: 'ポリシー',
      patch: 'パッチ',
      other: 'その他',
      random: '偶然。該当ホストの共通点は、ほかのホストにも同じ割合で見られる',
    },
    kinds: {
      site: '拠点',
      relay: 'リレー',
      policy: 'ポリシー',
      agent: 'エージェント',
      update: '更新',
      model: '機種',
      source: '取得元',
      proxy: 'プロキシ',
      build: 'ビルド',
      driver: 'ドライバー',
      software: 'ソフトウェア',
    },
    asWell: 'または、同じホストで',
    cannotTell: '判断できない',
    why: {
      'too-few': 'ホストが少なすぎる',
      'no-others': '該当しうるホストすべてが該当する',
      'nothing-differs': 'わかっている範囲でホスト間に違いがない',
      partial: '共通点はあるが、説明できるホストは半数未満',
    },
    shared: (trait, affected, others, p) =>
      `${trait}: 該当 ${affected[1]} 台中 ${affected[0]} 台、ほか ${others[1]} 台中 ${others[0]} 台 (p ${p})`,
    changed: (trait, hosts, of, at) =>
      `変化: 直前 1 週間に ${trait}、${of} 台中 ${hosts} 台、最初は ${at}`,
    fixes: '修正の順序',
    back: (hosts) => `${hosts} 台が回復`,
    more: (hosts, total) => `さらに ${hosts} 台、計 ${total} 台`,
    unseen: (hosts) => `(${hosts} 台は再確認が必要)`,
    rest: (fixes, total) => `ほか ${fixes} 件、計 ${total} 台`,
  },
};

/** `update KB5034441` */
export function traitText({ kind, value }: Trait, words: ScanWords): string {
  return `${words.kinds[kind] ?? kind} ${value}`;
}
