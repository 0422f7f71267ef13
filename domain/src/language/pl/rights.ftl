# Kto może zrobić to, czego odmówiono.
may-configure-process = Procesy konfigurują administratorzy. Poproś kogoś z nich.
may-configure-close-reasons = Powody zamknięcia konfigurują administratorzy. Poproś kogoś z nich.
may-manage-members = Użytkownikami i tokenami zarządzają administratorzy. Poproś kogoś z nich.
may-rename-member = Dane użytkownika może zmienić on sam lub administrator. Poproś kogoś z nich.
may-manage-tokens = Tokenami użytkownika zarządza on sam lub administrator. Poproś kogoś z nich.
may-transfer-deals = Szanse użytkownika może przekazać on sam, menedżer lub administrator. Poproś kogoś z nich.
may-manage-mail = Niedostarczonymi e-mailami zajmują się administratorzy. Poproś kogoś z nich.
may-see-audit-log = Dziennik zmian widzą administratorzy. Poproś kogoś z nich.
may-see-metrics = Pomiary serwera widzą administratorzy. Użyj tokenu administratora.
may-manage-webhooks = Webhookami zajmują się administratorzy. Poproś kogoś z nich.
may-reopen-deal = Szansę może ponownie otworzyć jej opiekun, menedżer lub administrator. Poproś kogoś z nich.
may-import-history = Historię importuje program: użyj polecenia waypost import.
may-change-tasks = Zadania szansy może zmieniać jej opiekun, uczestnik, menedżer lub administrator. Poproś kogoś z nich.
may-change-note = Notatkę może zmienić lub wycofać jej autor, dopóki może zmieniać szansę, albo administrator. Poproś kogoś z nich.
may-do-task = Zadanie może oznaczyć jako wykonane osoba, której je przydzielono, opiekun szansy, jej uczestnik, menedżer lub administrator. Poproś kogoś z nich.
may-change-deal = Szansę może zmieniać jej opiekun, uczestnik, menedżer lub administrator. Poproś kogoś z nich o dodanie Cię jako uczestnika.
may-undo = Działanie może cofnąć osoba, która je wykonała, menedżer lub administrator. Poproś kogoś z nich.
