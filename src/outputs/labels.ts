/** The few words of our own that frame a cause's texts, in every language. */
import type { Language } from '../core/entry.ts';

export interface Labels {
  readonly next: string;
  readonly check: string;
  readonly fix: string;
  readonly verify: string;
  readonly risk: string;
  readonly restart: string;
  readonly sources: string;
  readonly note: string;
  readonly ownCause: (file: string) => string;
  readonly runbook: string;
  readonly contents: string;
  /** Categories by id; a user's own cause has one of these too. */
  readonly categories: Readonly<Record<string, string>>;
  readonly levels: Readonly<Record<string, string>>;
}

export const LABELS: Readonly<Record<Language, Labels>> = {
  en: {
    next: 'do next',
    check: 'check',
    fix: 'fix',
    verify: 'verify',
    risk: 'risk of the fix',
    restart: 'restart needed',
    sources: 'sources',
    note: 'note of the team',
    ownCause: (file) => `a cause of your own, from ${file}`,
    runbook: 'Runbook: why patches fail, and what to do',
    contents: 'Contents',
    categories: {
      'disk-space': 'Disk space',
      'service-conflict': 'Services',
      'pending-reboot': 'Restarts',
      dependency: 'Missing prerequisites',
      'timeout-lock': 'Timeouts and locks',
      'network-download': 'Network and download',
      'servicing-corruption': 'Damaged servicing',
      'policy-approval': 'Policy and approval',
      agent: 'Management agents',
      'vendor-installer': 'Vendor installers',
      applicability: 'Applicability',
      'end-of-life': 'End of support',
      'firmware-partition': 'Firmware and hidden partitions',
      'security-software': 'Security software',
      hardware: 'Hardware',
      contact: 'Contact with hosts',
      evidence: 'Missing evidence',
    },
    levels: { low: 'low', medium: 'medium', high: 'high', yes: 'yes', no: 'no', maybe: 'maybe' },
  },
  it: {
    next: 'prossimo passo',
    check: 'controllo',
    fix: 'correzione',
    verify: 'verifica',
    risk: 'rischio',
    restart: 'riavvio',
    sources: 'fonti',
    note: 'nota del team',
    ownCause: (file) => `una causa definita da voi, da ${file}`,
    runbook: 'Runbook: perché le patch non si installano e che cosa fare',
    contents: 'Indice',
    categories: {
      'disk-space': 'Spazio su disco',
      'service-conflict': 'Servizi',
      'pending-reboot': 'Riavvii',
      dependency: 'Prerequisiti mancanti',
      'timeout-lock': 'Timeout e blocchi',
      'network-download': 'Rete e download',
      'servicing-corruption': 'Manutenzione danneggiata',
      'policy-approval': 'Criteri e approvazioni',
      agent: 'Agenti di gestione',
      'vendor-installer': 'Installazioni dei fornitori',
      applicability: 'Applicabilità',
      'end-of-life': 'Fine del supporto',
      'firmware-partition': 'Firmware e partizioni nascoste',
      'security-software': 'Software di sicurezza',
      hardware: 'Hardware',
      contact: 'Contatto con gli host',
      evidence: 'Prove mancanti',
    },
    levels: { low: 'basso', medium: 'medio', high: 'alto', yes: 'sì', no: 'no', maybe: 'forse' },
  },
  ja: {
    next: '次の操作',
    check: '確認',
    fix: '対処',
    verify: '検証',
    risk: '対処のリスク',
    restart: '再起動の要否',
    sources: '出典',
    note: 'チームのメモ',
    ownCause: (file) => `${file} で独自に定義された原因`,
    runbook: 'ランブック: 更新が失敗する原因と対処',
    contents: '目次',
    categories: {
      'disk-space': 'ディスク容量',
      'service-conflict': 'サービス',
      'pending-reboot': '再起動',
      dependency: '前提条件の不足',
      'timeout-lock': 'タイムアウトとロック',
      'network-download': 'ネットワークとダウンロード',
      'servicing-corruption': 'サービス処理の破損',
      'policy-approval': 'ポリシーと承認',
      agent: '管理エージェント',
      'vendor-installer': 'ベンダー インストーラー',
      applicability: '適用対象',
      'end-of-life': 'サポート終了',
      'firmware-partition': 'ファームウェアと隠しパーティション',
      'security-software': 'セキュリティ製品',
      hardware: 'ハードウェア',
      contact: 'ホストへの接続',
      evidence: '証拠の不足',
    },
    levels: { low: '低', medium: '中', high: '高', yes: '必要', no: '不要', maybe: '場合による' },
  },
};
