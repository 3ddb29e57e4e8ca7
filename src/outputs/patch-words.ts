/** The words of patch tables, in every language. Ids of columns and statuses stay as they are in JSON. */
import type { Language } from '../core/entry.ts';
import type { PatchVerdict } from '../patches/patch-verdict.ts';
import type { Approval, Deployment, Detection, LifeStep, PatchStatus } from '../core/host-patch.ts';

export interface PatchWords {
  readonly columns: Readonly<Record<ColumnId, string>>;
  readonly statuses: Readonly<Record<PatchStatus, string>>;
  readonly detections: Readonly<Record<Detection['state'], string>>;
  readonly deployments: Readonly<Record<Deployment['state'], string>>;
  readonly approvals: Readonly<Record<Approval, string>>;
  readonly steps: Readonly<Record<LifeStep['what'], string>>;
  readonly verdicts: Readonly<Record<PatchVerdict, string>>;
  readonly yes: string;
  readonly no: string;
  readonly never: string;
}

export type ColumnId =
  | 'host'
  | 'kb'
  | 'title'
  | 'family'
  | 'status'
  | 'severity'
  | 'released'
  | 'size'
  | 'restart'
  | 'input'
  | 'cves'
  | 'link'
  | 'hosts'
  | 'targeted'
  | 'tried'
  | 'succeeded'
  | 'detected'
  | 'detectedAt'
  | 'deployed'
  | 'deployedAt'
  | 'code'
  | 'exit'
  | 'meaning'
  | 'tries'
  | 'limit'
  | 'approval'
  | 'otherMeans'
  | 'claimOnly'
  | 'at'
  | 'what'
  | 'count'
  | 'cause'
  | 'build'
  | 'collectedAt'
  | 'run'
  | 'startedAt'
  | 'source'
  | 'complete'
  | 'judged'
  | 'unreached'
  | 'skipped'
  | 'failing'
  | 'ok'
  | 'verdict'
  | 'category'
  | 'any'
  | 'recurring'
  | 'since'
  | 'sites'
  | 'excused'
  | 'low'
  | 'high';

const en: PatchWords = {
  columns: {
    host: 'host',
    kb: 'KB',
    title: 'title',
    family: 'kind',
    status: 'status',
    severity: 'severity',
    released: 'released',
    size: 'size',
    restart: 'restart',
    input: 'asks user',
    cves: 'CVEs',
    link: 'article',
    hosts: 'hosts',
    targeted: 'targeted',
    tried: 'tried',
    succeeded: 'succeeded',
    detected: 'detected',
    detectedAt: 'detected at',
    deployed: 'deployed',
    deployedAt: 'deployed at',
    code: 'code',
    exit: 'exit code',
    meaning: 'meaning',
    tries: 'tries',
    limit: 'limit',
    approval: 'approval',
    otherMeans: 'by other means',
    claimOnly: 'only claimed',
    at: 'at (UTC)',
    what: 'step',
    count: 'times',
    cause: 'cause',
    build: 'build',
    collectedAt: 'looked at',
    run: 'run',
    startedAt: 'started',
    source: 'of',
    complete: 'complete',
    judged: 'judged',
    unreached: 'not reached',
    skipped: 'skipped',
    failing: 'failing',
    ok: 'ok',
    verdict: 'verdict',
    category: 'kind',
    any: 'hosts, also second',
    recurring: 'recurring',
    since: 'since',
    sites: 'sites',
    excused: 'excused by the host',
    low: 'failures at least',
    high: 'failures at most',
  },
  verdicts: {
    'known-issue': 'known issue',
    caution: 'caution',
    stable: 'stable',
    'too-few': 'too few hosts',
  },
  statuses: {
    failed: 'failed',
    'reboot-required': 'restart required',
    'verify-pending': 'verify pending',
    installing: 'installing',
    pending: 'pending',
    missing: 'missing',
    ignored: 'ignored',
    inactive: 'no longer offered',
    superseded: 'superseded',
    'not-applicable': 'not applicable',
    installed: 'installed',
    'no-record': 'no record',
    'no-data': 'no data',
  },
  detections: {
    installed: 'patched',
    missing: 'not patched',
    superseded: 'superseded',
    'not-applicable': 'not applicable',
    inactive: 'no longer offered',
    unknown: 'not detected yet',
  },
  deployments: {
    never: 'never',
    success: 'success',
    'success-restart': 'success, restart needed',
    failed: 'error',
    'in-progress': 'in progress',
  },
  approvals: {
    approved: 'approved',
    notApproved: 'not approved',
    declined: 'declined',
    ignored: 'ignored',
    inactive: 'inactive',
    hidden: 'hidden on the host',
    unknown: '',
  },
  steps: {
    released: 'released',
    'detected-missing': 'detected as missing',
    downloading: 'download began',
    started: 'installation began',
    failed: 'failed',
    installed: 'installed',
    'waits-for-restart': 'installed, waits for a restart',
    restarted: 'restarted',
    'detected-installed': 'detected as installed',
  },
  yes: 'yes',
  no: 'no',
  never: 'never',
};

const it: PatchWords = {
  columns: {
    host: 'host',
    kb: 'KB',
    title: 'titolo',
    family: 'tipo',
    status: 'stato',
    severity: 'gravità',
    released: 'rilascio',
    size: 'dimensione',
    restart: 'riavvio',
    input: "chiede all'utente",
    cves: 'CVE',
    link: 'articolo',
    hosts: 'host',
    targeted: 'destinatari',
    tried: 'tentati',
    succeeded: 'riusciti',
    detected: 'rilevamento',
    detectedAt: 'rilevato il',
    deployed: 'distribuzione',
    deployedAt: 'distribuito il',
    code: 'codice',
    exit: 'codice di uscita',
    meaning: 'significato',
    tries: 'tentativi',
    limit: 'limite',
    approval: 'approvazione',
    otherMeans: 'con altri mezzi',
    claimOnly: 'solo dichiarato',
    at: 'ora (UTC)',
    what: 'passo',
    count: 'volte',
    cause: 'causa',
    build: 'build',
    collectedAt: 'esaminato il',
    run: 'esecuzione',
    startedAt: 'inizio',
    source: 'di',
    complete: 'completa',
    judged: 'giudicati',
    unreached: 'non raggiunti',
    skipped: 'saltati',
    failing: 'con errori',
    ok: 'ok',
    verdict: 'giudizio',
    category: 'tipo',
    any: 'host, anche seconda',
    recurring: 'ricorrente',
    since: 'dal',
    sites: 'sedi',
    excused: "dovuti all'host",
    low: 'errori almeno',
    high: 'errori al massimo',
  },
  verdicts: {
    'known-issue': 'problema noto',
    caution: 'cautela',
    stable: 'stabile',
    'too-few': 'troppo pochi host',
  },
  statuses: {
    failed: 'fallito',
    'reboot-required': 'riavvio necessario',
    'verify-pending': 'da verificare',
    installing: 'in installazione',
    pending: 'in attesa',
    missing: 'mancante',
    ignored: 'ignorato',
    inactive: 'non più offerto',
    superseded: 'sostituito',
    'not-applicable': 'non applicabile',
    installed: 'installato',
    'no-record': 'nessuna traccia',
    'no-data': 'nessun dato',
  },
  detections: {
    installed: 'presente',
    missing: 'assente',
    superseded: 'sostituito',
    'not-applicable': 'non applicabile',
    inactive: 'non più offerto',
    unknown: 'non ancora rilevato',
  },
  deployments: {
    never: 'mai',
    success: 'riuscita',
    'success-restart': 'riuscita, riavvio necessario',
    failed: 'errore',
    'in-progress': 'in corso',
  },
  approvals: {
    approved: 'approvato',
    notApproved: 'non approvato',
    declined: 'rifiutato',
    ignored: 'ignorato',
    inactive: 'inattivo',
    hidden: "nascosto sull'host",
    unknown: '',
  },
  steps: {
    released: 'rilasciato',
    'detected-missing': 'rilevato come mancante',
    downloading: 'download iniziato',
    started: 'installazione iniziata',
    failed: 'fallito',
    installed: 'installato',
    'waits-for-restart': 'installato, in attesa di riavvio',
    restarted: 'riavviato',
    'detected-installed': 'rilevato come installato',
  },
  yes: 'sì',
  no: 'no',
  never: 'mai',
};

const ja: PatchWords = {
  columns: {
    host: 'ホスト',
    kb: 'KB',
    title: 'タイトル',
    family: '種類',
    status: '状態',
    severity: '深刻度',
    released: '公開日',
    size: 'サイズ',
    restart: '再起動',
    input: 'ユーザー操作',
    cves: 'CVE',
    link: '記事',
    hosts: 'ホスト数',
    targeted: '対象',
    tried: '試行',
    succeeded: '成功',
    detected: '検出状態',
    detectedAt: '検出日時',
    deployed: '配布状態',
    deployedAt: '配布日時',
    code: 'コード',
    exit: '終了コード',
    meaning: '意味',
    tries: '試行回数',
    limit: '上限',
    approval: '承認',
    otherMeans: '他の手段',
    claimOnly: '申告のみ',
    at: '日時 (UTC)',
    what: '段階',
    count: '回数',
    cause: '原因',
    build: 'ビルド',
    collectedAt: '調査日時',
    run: '実行',
    startedAt: '開始',
    source: '対象元',
    complete: '完了',
    judged: '判定済み',
    unreached: '未到達',
    skipped: '対象外',
    failing: '失敗中',
    ok: '正常',
    verdict: '評価',
    category: '種類',
    any: 'ホスト数 (副次も含む)',
    recurring: '多発',
    since: '発生',
    sites: '拠点',
    excused: 'ホスト側の理由',
    low: '失敗率 (下限)',
    high: '失敗率 (上限)',
  },
  verdicts: {
    'known-issue': '既知の問題',
    caution: '注意',
    stable: '安定',
    'too-few': 'ホスト数不足',
  },
  statuses: {
    failed: '失敗',
    'reboot-required': '再起動が必要',
    'verify-pending': '確認待ち',
    installing: 'インストール中',
    pending: '保留中',
    missing: '未適用',
    ignored: '無視',
    inactive: '提供終了',
    superseded: '置き換え済み',
    'not-applicable': '適用対象外',
    installed: 'インストール済み',
    'no-record': '記録なし',
    'no-data': 'データなし',
  },
  detections: {
    installed: '適用済み',
    missing: '未適用',
    superseded: '置き換え済み',
    'not-applicable': '適用対象外',
    inactive: '提供終了',
    unknown: '未検出',
  },
  deployments: {
    never: '未実施',
    success: '成功',
    'success-restart': '成功、再起動が必要',
    failed: 'エラー',
    'in-progress': '実行中',
  },
  approvals: {
    approved: '承認済み',
    notApproved: '未承認',
    declined: '拒否',
    ignored: '無視',
    inactive: '無効',
    hidden: 'ホストで非表示',
    unknown: '',
  },
  steps: {
    released: '公開',
    'detected-missing': '未適用を検出',
    downloading: 'ダウンロード開始',
    started: 'インストール開始',
    failed: '失敗',
    installed: 'インストール',
    'waits-for-restart': 'インストール、再起動待ち',
    restarted: '再起動',
    'detected-installed': '適用済みを検出',
  },
  yes: 'はい',
  no: 'いいえ',
  never: 'なし',
};

export const PATCH_WORDS: Readonly<Record<Language, PatchWords>> = { en, it, ja };
