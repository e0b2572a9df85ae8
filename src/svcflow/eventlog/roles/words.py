"""The words themselves: what columns are called, by role and by weight, in the languages exports come in.

English, German, Dutch, Italian, French, Spanish, Portuguese, Chinese in both scripts, Japanese. Accents do not count:
names are compared without them.
"""

from __future__ import annotations

WORDS: dict[str, dict[int, str]] = {
    "case": {
        100: "case:concept:name, case concept name",
        95: """
            case id, caseid, case number, case no, case key, trace id, process instance id, 案件编号, 案例编号,
            工单号, 工单编号, 案件編號, 案例編號, 工單號, 工單編號, チケット番号, 案件番号
        """,
        92: "issue key, ticket key, incident number, ticket number, request number, caso id",
        90: """
            case, ticket id, ticket no, ticket nr, incident id, problem number, task number,
            problem id, request id, issue id, claim id, claim number, complaint id, complaint number,
            dossier id, order id, order number, application id, call id, sr number, conversation id, zaaknummer,
            zaak id, dossiernummer, meldingnummer, melding id, meldingsnummer, fall id, fallnummer, fall nr,
            vorgangsnummer, vorgangsnr, vorgang id, vorgangs id, ticketnummer, ticket nr, auftragsnummer,
            störungsnummer,
            id caso, numero caso, numero ticket, id ticket, numero pratica, numero richiesta, id pratica,
            numero de ticket, numero du ticket, id du ticket, numero de dossier, numero d incident, numero incident,
            numero de demande, numero de caso, id de caso, id del caso, numero de ticket, numero de expediente,
            id de ticket, numero de incidencia, numero de solicitud, numero do chamado, id do chamado, numero do caso,
            id do caso, numero do ticket, numero do processo, protocolo, numero do protocolo, case enquiry id,
            案件号, 案件id, 工单id, 单号, 投诉编号, 流水号, 案号, 实例编号, 受理编号, 受理单号, 事件编号, 诉求编号,
            服务单号,
            案件號, 單號, 投訴編號, 流水號, 案號, 受理編號, 受理單號, 服務單號, 案件ID, チケットID, 受付番号,
            問い合わせ番号,
            managed object, objectid, document key, documentkey
        """,
        80: """
            ticket, incident, dossier, zaak, vorgang, caso, pratica, trace, enquiry id, instance id, unique key,
            case name, chamado, expediente, solicitud, solicitacao, segnalazione, melding, 案件, 案例, 工单, 工單,
            チケット
        """,
        60: "number, nummer, numero, 编号, 編號, 番号, sr, service request",
        40: """
            id, key, reference, referenz, referentie, riferimento, referencia, referência, sys id, nr, no, 号, 號
        """,
    },
    "activity": {
        100: "concept:name, concept name",
        95: """
            activity, activity name, activiteit, aktivität, aktivitaet, attività, attivita, activité, actividad,
            atividade,
            活动, 活动名称, 活動, 活動名稱, アクティビティ
        """,
        85: """
            event name, task name, step name, action name, activity type, activity description, activity label,
            event label,
            activity en, activity name en,
            环节, 处理环节, 步骤, 操作, 节点, 动作, 環節, 處理環節, 步驟, 節點, 動作, 流程节点, 环节名称, 节点名称,
            作業, 工程
        """,
        80: """
            event, task, action, step, operation, taak, stap, handeling, schritt, aufgabe, tätigkeit, vorgangsschritt,
            taetigkeit, azione, passo, operazione, evento, ereignis, gebeurtenis, étape, tâche, opération, événement,
            paso, tarea, acción, operación, passo, tarefa, ação, operação, 任务, 事件, 操作类型, 任務, 操作類型,
            activity code, activity id, event code, task code, step code, action code, 环节代码, 步骤代码
        """,
        75: "history type, change type, event description, event type name, transaction, tcode",
        65: """
            status, state, case status, ticket status, incident state, 状态, 狀態, ステータス, 状態, 工单状态, 工單狀態
        """,
        60: """
            stage, milestone, stato, zustand, fase, phase, statut, état, estado, situação, situación, etapa, toestand,
            bearbeitungsstatus, 阶段, 階段, 进度, 進度
        """,
    },
    "time": {
        100: "time:timestamp, time timestamp",
        95: """
            timestamp, time stamp, date stamp, complete timestamp, event time, event timestamp, zeitstempel,
            tijdstempel,
            horodatage, marca temporale, marca de tiempo, carimbo de data, carimbo de tempo, 时间戳, 時間戳,
            タイムスタンプ
        """,
        90: """
            end timestamp, end time, completion time, complete time, endtime, event date, date time, datetime,
            event datetime,
            activity time, tijdstip, eindtijd, zeitpunkt, endzeit, data ora, data e ora, data fine, ora fine,
            date et heure,
            date heure, date fin, heure fin, date de fin, fecha y hora, fecha hora, fecha fin, hora fin, fecha de fin,
            data hora, data e hora, data fim, hora fim, data de fim,
            完成时间, 结束时间, 操作时间, 处理时间, 发生时间, 记录时间, 变更时间, 完成時間, 結束時間, 操作時間,
            處理時間,
            發生時間, 記錄時間, 變更時間, 日時, 完了日時, 終了日時, 更新日時, 変更日時
        """,
        80: """
            time, end, end date, completed, completed at, finished, finish, ended, change date, changed at,
            changed on,
            change time, changed, edit date, einde, ende, fine, tijd, zeit, ora, orario, einddatum, enddatum,
            wijzigingsdatum,
            gewijzigd op, geändert am, änderungsdatum, data modifica, date de modification, modifié le,
            fecha de cambio,
            fecha de modificación, data de alteração, data da alteração, 时间, 時間, 修改时间, 修改時間
        """,
        75: "sys updated at, sys updated on, udate, recorded at, logged at, happened at, occurred at",
        70: """
            date, dt, datum, data, fecha, heure, hora, date/time, updated at, updated, modified, modified on, 日期,
            日付
        """,
        60: "ts, at, evt ts, event ts, unixtime, unix time, epoch, epoch ms, epoch millis",
        50: """
            created, created at, created on, created date, create time, when, sys created on, erstellt am,
            aangemaakt op,
            data creazione, date de creation, fecha de creacion, data de criacao, 创建时间, 創建時間, 作成日時
        """,
    },
    "start": {
        100: "start_timestamp, time:start",
        95: """
            start timestamp, start time, starttime, begin time, starttijd, begintijd, startzeit, beginnzeit,
            data inizio, ora inizio, date début, date de début, heure début, fecha inicio, fecha de inicio,
            hora inicio,
            data início, data de início, hora início, 开始时间, 開始時間, 起始时间, 開始日時, 開始時刻
        """,
        85: """
            start, start date, started, started at, begin, begin date, beginn, anfang, inizio, startdatum, début,
            inicio,
            start datetime, 开始, 開始
        """,
    },
    "resource": {
        100: "org:resource, org resource",
        95: """
            resource, assignee, assignee name, 处理人, 经办人, 处理人员, 操作人, 處理人, 經辦人, 處理人員, 承办人,
            承辦人, 担当者
        """,
        90: """
            agent, agent name, agent id, user, user name, user id, username, employee, employee id, assigned to,
            performer, handler,
            behandelaar, medewerker, bearbeiter, sachbearbeiter, mitarbeiter, benutzer, gebruiker, zugewiesen an,
            risorsa,
            operatore, utente, addetto, assegnatario, assegnato a, ressource, technicien, intervenant, utilisateur,
            opérateur, assigné à, recurso, usuario, usuário, agente, técnico, operador, atendente, asignado a,
            atribuído a,
            员工, 坐席, 客服, 人员, 资源, 受理人, 操作员, 工号, 話務員, 话务员, 员工姓名, 員工, 坐席员, 人員, 資源,
            操作員,
            工號, 専任者, 作業者, ユーザー
        """,
        80: """
            operator, worker, staff, executor, clerk, case owner, ticket owner, owner name, assigned user, resource id
        """,
        70: """
            who, person, actor, first name, full name, changed by, author, edited by, created by id, lastmodifiedby,
            modified by, done by, responsable, responsável, responsible, verantwortlich, verantwoordelijke,
            gewijzigd door,
            geändert von, modificato da, modifié par, modificado por, alterado por, 负责人, 負責人, 变更人, 修改人,
            變更人, 変更者,
            createdby, createdbyid, changeby, changedby, modifiedby, updatedby
        """,
        60: "updated by, performed by, sys updated by, ressource humaine, created by",
        50: "owner, by, eigenaar, besitzer, proprietario, propriétaire, propietario",
    },
    "team": {
        100: "org:group, org group",
        95: """
            team, team name, support team, support group, assignment group, assigned group, resolver group,
            involved st,
            assigned team, owner group, assigned support group, 团队, 班组, 处理部门, 團隊, 班組, 處理部門, 承办单位,
            承辦單位, 担当部署, 担当グループ
        """,
        90: """
            workgroup, work group, werkgroep, group, group name, group id, queue, queue name, skill group, groep,
            gruppe,
            gruppo, groupe,
            équipe, grupo, equipo, equipe, behandelgroep, bearbeitergruppe, warteschlange, coda, file d attente,
            cola, fila,
            部门, 小组, 技能组, 处理组, 组别, 部門, 小組, 技能組, 處理組, 組別, 科组, 承办部门, 主办单位, 主办部门,
            部署, グループ
        """,
        80: """
            department, dept, owner st, support line, afdeling, abteilung, reparto, squadra, ufficio, département,
            departamento, setor, área responsável, 科室, 机构, 機構, 单位, 單位, agency
        """,
        75: "support section, desk, service desk, agency name",
        60: "section, st, unit, org line, organization involved, business unit",
        40: "function div, division, org",
    },
    "role": {
        100: "org:role",
        90: "role, role name, rol, rolle, ruolo, rôle, função, cargo, 角色, 岗位, 职位, 崗位, 職位, 役割",
        60: "job title, position, job",
    },
    "lifecycle": {
        100: "lifecycle:transition, lifecycle transition",
        90: """
            lifecycle, lifecycle transition, transition, event type, eventtype, lebenszyklus, levenscyclus,
            cycle de vie,
            ciclo de vida, ciclo di vita, 生命周期, 生命週期, ライフサイクル
        """,
    },
    "field": {
        95: """
            field, field name, fieldname, field label, changed field, field changed, field / event, fname, 字段,
            字段名,
            变更字段, 修改字段, 字段名称, 欄位, 變更欄位, 欄位名稱, 項目, 変更項目, フィールド
        """,
        90: """
            attribute changed, changed attribute, feld, feldname, geändertes feld, veld, veldnaam, campo, champ,
            nome campo
        """,
        75: """
            attribute, property, element, column name, merkmal, eigenschap, attributo, attribut, atributo, 属性,
            屬性, 变更项
        """,
    },
    "old": {
        95: """
            old value, oldvalue, value old, fromstring, from string, from value, previous value, old, alter wert,
            oude waarde,
            valore precedente, vecchio valore, ancienne valeur, valor anterior, valor antiguo, valor antigo,
            原值, 旧值, 变更前, 修改前, 變更前, 舊值, 変更前, 旧値
        """,
        90: """
            old status, old state, from status, from state, previous status, previous state, prior status, status old,
            alter status, vorheriger status, oude status, vorige status, vecchio stato, stato precedente,
            ancien statut,
            statut précédent, estado anterior, status anterior, situação anterior, 原状态, 旧状态, 变更前状态,
            前状态, 原狀態,
            舊狀態, 變更前狀態, 変更前ステータス
        """,
        80: """
            from, before, previous, prior, vorher, alt, oud, van, vecchio, ancien, antes, anterior, prev value, 之前
        """,
    },
    "new": {
        95: """
            new value, newvalue, value new, tostring, to string, to value, new, neuer wert, nieuwe waarde,
            nuovo valore, valore nuovo, nouvelle valeur, valor nuevo, nuevo valor, valor novo, novo valor,
            新值, 变更后, 修改后, 變更後, 変更後, 新値
        """,
        90: """
            new status, new state, to status, to state, next status, next state, status new, neuer status,
            nieuwe status,
            nuovo stato, nouveau statut, nuevo estado, estado nuevo, novo status, novo estado, nova situação,
            新状态, 变更后状态, 后状态, 新狀態, 變更後狀態, 変更後ステータス
        """,
        80: """
            to, after, nachher, neu, nieuw, naar, nuovo, nouveau, después, despues, depois, current value, 之后
        """,
        70: "value, wert, waarde, valore, valeur, valor, 值, 値",
    },
    "snapshot": {
        95: """
            snapshot, snapshot date, snapshot time, snapshot day, snapshot ts, as of, as of date, asof, export date,
            exported at, extract date, extraction date, extracted at, report date, reporting date, reported as of,
            load date,
            dump date, file date, data date, stichtag, exportdatum, auszugsdatum, berichtsdatum, peildatum,
            rapportagedatum,
            data estrazione, data export, data report, data di estrazione, date d extraction, date extraction,
            date export,
            date du rapport, fecha de extracción, fecha de corte, fecha de exportación, data de extração,
            data de corte,
            data da exportação, 快照日期, 快照时间, 统计日期, 导出日期, 导出时间, 数据日期, 报表日期, 快照, 快照時間,
            統計日期,
            匯出日期, 數據日期, 報表日期, スナップショット日, 抽出日, 出力日
        """,
        75: """
            load time, loaded at, load ts, batch date, run date, as at, day of report, ingest date, ingested at,
            dt partition
        """,
    },
    "created": {
        95: """
            created, created at, created on, created date, create date, create time, creation date, creation time,
            opened,
            opened at, open date, open time, open dt, sys created on, sys created at, reported at, case created,
            ticket created, issue created, erstellt, erstellt am, erstelldatum, aangemaakt op, aanmaakdatum,
            creato il,
            data creazione, data apertura, créé le, date de création, fecha de creación, fecha de apertura, creado el,
            data de criação, criado em, data de abertura, 创建时间, 创建日期, 受理时间, 创建, 創建時間, 建立時間,
            受理時間,
            作成日時, 登録日時
        """,
    },
    "status": {
        100: """
            status, state, 状态, 狀態, ステータス, 状態, zustand, stato, statut, état, estado, toestand, situação,
            situación,
            ticket status, issue status, case status, incident state, incident status, problem state, request state,
            工单状态, 处理状态, 工單狀態, 處理狀態, 案件状态, 案件狀態
        """,
        60: "stage, phase, fase, étape, etapa, step, 阶段, 環節, 环节, 階段",
    },
}
