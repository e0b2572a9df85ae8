"""Words of exports in ten languages and in none: names of columns by kind, states, people, teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialect_tables import PEOPLE, STATES, TEAMS, Words


@dataclass(frozen=True)
class Language:
    """One language: how columns may be called, the words in them, the encodings that can write them."""

    headers: Mapping[str, tuple[str, ...]]
    words: Words
    encodings: tuple[str, ...]


UNICODE = ("utf-8", "utf-8-sig", "utf-16")
WESTERN = (*UNICODE, "cp1252")


def _read(text: str) -> dict[str, tuple[str, ...]]:
    """Return names by kind from lines of the form ``kind: name / name``."""
    lines = [line.partition(":") for line in text.strip().splitlines()]
    return {kind.strip(): tuple(name.strip() for name in names.split(" / ")) for kind, _, names in lines}


ENGLISH = _read("""
case: Case ID / ticket_id / Incident Number / IssueKey
activity: Activity / status / Event Name / STEP
time: Timestamp / updated_at / End Time / Change Date
start: Start Time / start_timestamp / Started At
resource: Resource / assigned_to / Agent / User Name
team: Team / assignment_group / Support Group / Queue
lifecycle: lifecycle:transition / Transition / lifecycle
field: Field / field_name / Changed Field
old: Old Value / from_value / Previous Value
new: New Value / to_value / new_value
snapshot: Snapshot Date / report_date / Export Date / as_of
created: Created / created_at / Opened At
status: Status / state / ticket_status
oldstatus: From Status / old_status / Previous State
newstatus: To Status / new_status / New State
m0: Created Date / opened_at / Reported At
m1: Assigned At / assigned_on / Acknowledged Date
m2: Resolved At / resolved_at / Date Resolved
m3: Closed At / closed_at / Closed Date
due: Due Date / sla_deadline / Target Date
upd: Last Modified / sys_updated_on / Last Update
cat: Category / product / Location
prio: Priority / severity
num: Amount / cost
text: Subject / short_description / Comment
requester: Customer / requester / Caller
phone: Phone / customer_phone
const: Source System / tenant
empty: Notes 2 / reserved
flag: Made SLA / is_vip
""")
GERMAN = _read("""
case: Ticketnummer / Vorgangsnummer / Fallnummer
activity: Aktivität / Vorgangsschritt / Status
time: Zeitstempel / Geändert am / Zeitpunkt
start: Startzeit / Beginn
resource: Bearbeiter / Sachbearbeiter / Mitarbeiter
team: Gruppe / Abteilung / Bearbeitergruppe
lifecycle: Lebenszyklus / lifecycle
field: Feld / Geändertes Feld
old: Alter Wert / Vorher
new: Neuer Wert / Nachher
snapshot: Stichtag / Berichtsdatum
created: Erstellt am / Erstelldatum
status: Status / Zustand
oldstatus: Alter Status
newstatus: Neuer Status
m0: Erstellt am / Eröffnet am
m1: Zugewiesen am
m2: Gelöst am / Erledigt am
m3: Geschlossen am / Abgeschlossen am
due: Fällig am / Frist
upd: Zuletzt geändert / Letzte Änderung
cat: Kategorie / Produkt
prio: Priorität
num: Betrag
text: Betreff / Beschreibung
requester: Kunde / Melder
phone: Telefonnummer
const: Mandant
empty: Bemerkung
flag: VIP
""")
DUTCH = _read("""
case: Zaaknummer / Meldingnummer / Ticketnummer
activity: Activiteit / Handeling / Status
time: Tijdstip / Tijdstempel / Datum
start: Begintijd / Starttijd
resource: Behandelaar / Medewerker
team: Afdeling / Behandelgroep / Werkgroep
lifecycle: Levenscyclus / lifecycle
field: Veld / Veldnaam
old: Oude waarde
new: Nieuwe waarde
snapshot: Peildatum / Rapportagedatum
created: Aangemaakt op / Aanmaakdatum
status: Status / Toestand
oldstatus: Oude status / Vorige status
newstatus: Nieuwe status
m0: Aangemaakt op / Ontvangen op
m1: Toegewezen op
m2: Opgelost op / Afgehandeld op
m3: Gesloten op / Afgesloten op
due: Streefdatum / Uiterste datum
upd: Gewijzigd op / Laatste wijziging
cat: Categorie / Product
prio: Prioriteit
num: Bedrag
text: Onderwerp / Omschrijving
requester: Melder / Klant
phone: Telefoonnummer
const: Bron
empty: Opmerking
flag: VIP
""")
ITALIAN = _read("""
case: Numero ticket / Numero pratica / ID caso
activity: Attività / Azione / Stato
time: Data ora / Data e ora / Marca temporale
start: Data inizio / Ora inizio
resource: Operatore / Assegnatario
team: Gruppo / Ufficio / Reparto
lifecycle: Ciclo di vita / lifecycle
field: Campo / Nome campo
old: Valore precedente / Vecchio valore
new: Nuovo valore
snapshot: Data estrazione / Data report
created: Data creazione / Data apertura
status: Stato
oldstatus: Stato precedente / Vecchio stato
newstatus: Nuovo stato
m0: Data apertura / Data creazione
m1: Data assegnazione
m2: Data risoluzione
m3: Data chiusura
due: Data scadenza
upd: Ultimo aggiornamento / Data modifica
cat: Categoria / Prodotto
prio: Priorità
num: Importo
text: Oggetto / Descrizione
requester: Cliente / Richiedente
phone: Telefono
const: Origine
empty: Nota
flag: VIP
""")
FRENCH = _read("""
case: Numéro de ticket / Numéro de dossier / ID du ticket
activity: Activité / Étape / Statut
time: Horodatage / Date et heure
start: Date de début / Heure début
resource: Technicien / Agent / Utilisateur
team: Équipe / Groupe / Département
lifecycle: Cycle de vie / lifecycle
field: Champ
old: Ancienne valeur
new: Nouvelle valeur
snapshot: Date d'extraction / Date export
created: Date de création
status: Statut / État
oldstatus: Ancien statut
newstatus: Nouveau statut
m0: Date de création / Date d'ouverture
m1: Date d'affectation
m2: Date de résolution
m3: Date de clôture / Date de fermeture
due: Date d'échéance / Date limite
upd: Dernière modification / Date de mise à jour
cat: Catégorie / Produit
prio: Priorité
num: Montant
text: Objet / Sujet
requester: Demandeur / Client
phone: Téléphone
const: Origine
empty: Remarque
flag: VIP
""")
SPANISH = _read("""
case: Número de caso / Número de ticket / ID de caso
activity: Actividad / Tarea / Estado
time: Fecha y hora / Marca de tiempo
start: Fecha de inicio / Hora inicio
resource: Usuario / Agente / Técnico
team: Equipo / Departamento / Grupo
lifecycle: Ciclo de vida / lifecycle
field: Campo
old: Valor anterior
new: Valor nuevo / Nuevo valor
snapshot: Fecha de corte / Fecha de extracción
created: Fecha de creación
status: Estado
oldstatus: Estado anterior
newstatus: Nuevo estado
m0: Fecha de apertura / Fecha de creación
m1: Fecha de asignación
m2: Fecha de resolución
m3: Fecha de cierre
due: Fecha límite / Fecha de vencimiento
upd: Última actualización / Fecha de modificación
cat: Categoría / Producto
prio: Prioridad
num: Importe
text: Asunto / Descripción
requester: Cliente / Solicitante
phone: Teléfono
const: Origen
empty: Nota
flag: VIP
""")
PORTUGUESE = _read("""
case: Número do chamado / Protocolo / ID do caso
activity: Atividade / Etapa / Situação
time: Data e hora / Data hora
start: Data de início / Hora início
resource: Responsável / Atendente / Usuário
team: Equipe / Setor / Departamento
lifecycle: Ciclo de vida / lifecycle
field: Campo
old: Valor anterior / Valor antigo
new: Valor novo / Novo valor
snapshot: Data de corte / Data de extração
created: Data de criação / Data de abertura
status: Situação / Estado
oldstatus: Status anterior / Situação anterior
newstatus: Novo status / Nova situação
m0: Data de abertura / Data de criação
m1: Data de atribuição
m2: Data de resolução
m3: Data de encerramento / Data de fechamento
due: Prazo / Data de vencimento
upd: Última atualização / Data de modificação
cat: Categoria / Produto
prio: Prioridade
num: Valor pago
text: Assunto / Descrição
requester: Cliente / Solicitante
phone: Telefone
const: Origem
empty: Observação
flag: VIP
""")
CHINESE = _read("""
case: 工单编号 / 工单号 / 案件编号 / 受理编号
activity: 处理环节 / 活动 / 操作 / 状态
time: 操作时间 / 处理时间 / 时间戳 / 完成时间
start: 开始时间
resource: 处理人 / 经办人 / 坐席
team: 处理部门 / 承办单位 / 班组
lifecycle: 生命周期 / lifecycle
field: 变更字段 / 字段名称
old: 变更前 / 原值
new: 变更后 / 新值
snapshot: 统计日期 / 快照日期 / 导出日期
created: 创建时间 / 受理时间
status: 工单状态 / 状态
oldstatus: 原状态 / 变更前状态
newstatus: 新状态 / 变更后状态
m0: 受理时间 / 创建时间
m1: 派单时间 / 转派时间
m2: 办结时间 / 解决时间
m3: 结案时间 / 归档时间
due: 截止时间 / 办理期限
upd: 更新时间 / 最后修改时间
cat: 诉求类型 / 产品
prio: 优先级
num: 金额
text: 诉求内容 / 标题
requester: 来电人 / 客户姓名
phone: 联系电话
const: 来源
empty: 备注
flag: 是否重点
""")
TRADITIONAL = _read("""
case: 案件編號 / 工單編號 / 受理單號
activity: 處理環節 / 活動 / 狀態
time: 處理時間 / 時間戳 / 操作時間
start: 開始時間
resource: 承辦人 / 處理人
team: 承辦單位 / 處理部門
lifecycle: 生命週期 / lifecycle
field: 變更欄位 / 欄位名稱
old: 變更前 / 舊值
new: 變更後 / 新值
snapshot: 統計日期 / 報表日期
created: 建立時間 / 受理時間
status: 案件狀態 / 狀態
oldstatus: 原狀態
newstatus: 新狀態
m0: 受理時間 / 建立時間
m1: 派單時間
m2: 辦結時間 / 解決時間
m3: 結案時間 / 關閉時間
due: 截止時間 / 期限
upd: 更新時間
cat: 案件類型 / 產品
prio: 優先級
num: 金額
text: 內容 / 標題
requester: 來電人 / 客戶姓名
phone: 聯絡電話
const: 來源
empty: 備註
flag: 是否重點
""")
JAPANESE = _read("""
case: チケット番号 / 受付番号 / 案件番号
activity: アクティビティ / ステータス / 状態
time: 更新日時 / タイムスタンプ / 変更日時
start: 開始日時
resource: 担当者 / 作業者
team: 担当部署 / 担当グループ
lifecycle: ライフサイクル / lifecycle
field: 変更項目 / 項目
old: 変更前 / 旧値
new: 変更後 / 新値
snapshot: 抽出日 / 出力日
created: 作成日時 / 登録日時
status: ステータス / 状態
oldstatus: 変更前ステータス
newstatus: 変更後ステータス
m0: 受付日時 / 登録日時
m1: 割当日時
m2: 完了日時
m3: クローズ日時
due: 期限 / 対応期限
upd: 最終更新日時
cat: 分類 / 製品
prio: 優先度
num: 金額
text: 件名 / 内容
requester: 顧客名 / 依頼者
phone: 電話
const: 受付経路
empty: 備考
flag: 重要
""")
WEST = ("Jan Smit", "Eva Koch", "Ugo Rossi", "Léa Petit", "Ana Ruiz", "Rui Costa", "Ian Muller")
EAST = ("王芳", "李伟", "张敏", "刘洋", "陈静", "杨磊", "赵强")
TRAD_EAST = ("王小明", "李美玲", "張志豪", "劉雅婷", "陳建宏", "楊淑芬")


def _speak(
    headers: Mapping[str, tuple[str, ...]],
    people: tuple[str, ...],
    said: str,
    encodings: tuple[str, ...],
    prefix: str = "T-",
) -> Language:
    """Return a language; `said` are its states, teams, names of fields and other words, a line each."""
    states, teams, fields, noise = (tuple(line.strip().split(" / ")) for line in said.strip().splitlines())
    return Language(headers, Words(states, people, teams, fields, noise, prefix), encodings)


LANGUAGES: dict[str, Language] = {
    "en": Language(ENGLISH, Words(STATES, PEOPLE, TEAMS), WESTERN),
    "de": _speak(GERMAN, WEST, """
        Neu / Zugewiesen / In Arbeit / Wartet auf Kunde / Gelöst / Geschlossen
        Störung / Netz / Rechnung
        Status / Bearbeiter / Gruppe / Priorität
        Brief / Mündlich / Web
    """, WESTERN),
    "nl": _speak(DUTCH, WEST, """
        Nieuw / Toegewezen / In behandeling / Wacht op klant / Opgelost / Gesloten
        Balie / Netwerk / Financiën
        Status / Behandelaar / Groep / Prioriteit
        Brief / Telefoon / Web
    """, WESTERN),
    "it": _speak(ITALIAN, WEST, """
        Nuovo / Assegnato / In lavorazione / In attesa / Risolto / Chiuso
        Sportello / Rete / Qualità
        Stato / Assegnatario / Gruppo / Priorità
        Posta / Telefono / Web
    """, WESTERN),
    "fr": _speak(FRENCH, WEST, """
        Nouveau / Affecté / En cours / En attente / Résolu / Fermé
        Accueil / Réseau / Facturation
        Statut / Technicien / Groupe / Priorité
        Courrier / Téléphone / Web
    """, WESTERN),
    "es": _speak(SPANISH, WEST, """
        Nuevo / Asignado / En curso / En espera / Resuelto / Cerrado
        Mesa / Redes / Facturación
        Estado / Asignado a / Grupo / Prioridad
        Correo / Teléfono / Web
    """, WESTERN),
    "pt": _speak(PORTUGUESE, WEST, """
        Novo / Atribuído / Em andamento / Aguardando cliente / Resolvido / Fechado
        Suporte / Redes / Finanças
        Situação / Responsável / Grupo / Prioridade
        Carta / Telefone / Web
    """, WESTERN),
    "zh": _speak(CHINESE, EAST, """
        新建 / 已派单 / 处理中 / 待客户回复 / 已解决 / 已结案
        热线一组 / 网络部 / 财务科
        状态 / 处理人 / 处理部门 / 优先级
        微信 / 电话 / 网站
    """, (*UNICODE, "gbk", "gb18030"), "GD"),
    "zh-hant": _speak(TRADITIONAL, TRAD_EAST, """
        新建 / 已派單 / 處理中 / 待客戶回覆 / 已解決 / 已結案
        客服一組 / 網路部 / 財務科
        狀態 / 承辦人 / 承辦單位 / 優先級
        信件 / 電話 / 網站
    """, (*UNICODE, "big5"), "AJ"),
    "ja": _speak(JAPANESE, ("佐藤 花子", "鈴木 一郎", "田中 次郎", "高橋 美咲"), """
        新規 / 割当済 / 対応中 / 保留 / 解決済 / 完了
        受付係 / 技術部 / 経理部
        ステータス / 担当者 / 担当部署 / 優先度
        メール / 電話 / ウェブ
    """, UNICODE, "QA"),
    "none": Language({}, Words(STATES, PEOPLE, TEAMS), UNICODE),
}  # fmt: skip
