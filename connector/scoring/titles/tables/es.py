"""Spanish words of job titles. Data only; the notation stands in `notation`."""

from connector.scoring.titles.tables.notation import Table

TABLE = Table(
    language="Spanish",
    ranks={
        "c_level general_management": """
            director general, directora general, gerente general, gte general, gte gral, dir general, dir gral
            director gerente, directora gerente, consejero delegado, consejera delegada, director ejecutivo
            directora ejecutiva, director general ejecutivo, dg?, gg?, presidente ejecutivo, presidenta ejecutiva
            administrador único, administradora única, administrador general, máximo responsable, gerenta general""",
        "c_level general_management owner": """
            dueñ{o|a}(s), propietari{o|a}(s), co propietario, fundador(a), cofundador(a), co fundador(a)
            soci{o|a} fundador(a), emprendedor(a), empresari{o|a}(s), socia fundadora, copropietari{o|a}
            autónomo propietario, soci{o|a} propietari{o|a}, patrón, titular, hotelero, titular de farmacia
            soci{o|a} director(a), soci{o|a} gerente, socio administrador, hostelero, microempresario, comerciante""",
        "c_level general_management soft": """
            president{e|a}, apoderad{o|a}, presidente del consejo, directivo, secretari{o|a} general
            subdirector general, subdirectora general, vicepresidente ejecutivo y consejero, directiva
            director general adjunto, directora general adjunta, alcalde, alcaldesa, administrador solidario
            administrador mancomunado, gobernador, ministr{o|a}, sub gerente general, subgerente general, dirigente""",
        "c_level finance": "director general de finanzas, director general financiero",
        "vp": "vicepresident{e|a}, vice president{e|a}, vp ejecutivo, vicepresident{e|a} ejecutiv{o|a}, vicepdte",
        "director": """
            director(a), directores, directoras, dir, dtor, dtora, responsable de departamento, director adjunto
            directora adjunta, subdirector(a), sub director(a), director corporativo, directora corporativa
            coordinador general, coordinadora general, intendente, director del departamento""",
        "director general_management soft": """
            director regional, directora regional, director de país, director territorial, director de zona
            director de estrategia, director de desarrollo corporativo, director de unidad de negocio
            delegado territorial, director de negocio, directora de negocio, jefa de gabinete, director de división
            director de centro, directora de centro, director nacional, director provincial""",
        "director finance": """
            director financiero, directora financiera, director administrativo y financiero
            director administrativo financiero, directora administrativa y financiera, director económico financiero
            director de administración y finanzas, tesorero general, tesorera""",
        "director marketing": "director de cuentas, directora de cuentas, director de comunicación",
        "director hr": "director de rrhh, director de recursos humanos, directora de recursos humanos",
        "director other": """
            director de escuela, directora de escuela, director de colegio, directora de colegio, director médico
            directora médica, director de hospital, decan{o|a}, director de instituto, director académico
            directora académica, vicedecan{o|a}, director de orquesta, director de cine, director de carrera
            vicerrector(a), director de museo, director deportivo, directora de carrera, director de obra
            director(a) creativ{o|a}, director de arte, directora de arte, rector(a)""",
        "director production": "director de planta, director de fábrica, director industrial, director de producción",
        "director operations": """
            director de proyecto(s) medium, directora de proyectos medium, director de operaciones""",
        "manager": """
            gerente(s), gte, jef{e|a}(s), encargad{o|a}(s), responsable(s), resp, supervisor(a), supervisores
            mánager, líder(es), lider de equipo, capataz, líder de equipo, jefe de equipo, jefa de equipo
            jefe de grupo, coordinador de equipo, jefe de sección, jefa de sección, jefe de servicio
            jefa de servicio, subgerente, sub gerente, subjefe, jefe de unidad, encargado general, jefe de oficina
            jefe de negociado, team leader, jefe de sala, mayordomo, coordinador jefe, jefe de departamento
            jefa de departamento, jefe de división, gerente de división, gerente corporativo, jefe de dirección
            jefe departamento, jefe de área, jefa de área, gerente senior de división, jefe del departamento
            jefa del departamento, jefe de la división, gerenta, gerente nacional""",
        "manager operations": """
            jef{e|a} de proyecto(s) medium, gestor(a) de proyecto(s) medium, gerente de proyecto(s) medium
            líder de proyecto(s) medium, director de proyecto junior, administrador de proyectos medium
            jefe de administración, jefa de administración, responsable de atención al cliente
            jefe de atención al cliente, jefe de servicio al cliente, responsable de calidad de servicio
            jefe de operaciones, responsable de proyecto(s) medium, responsable de operaciones
            gerente de servicio(s), jefe de prevención, jefe de seguridad, coordinador de operaciones jefe
            gerente de programa, gerente de operaciones""",
        "manager sales": """
            jef{e|a} de venta(s), gerente de venta(s), gerente comercial, jefe comercial, responsable comercial
            encargad{o|a} de tienda, jefe de tienda, gerente de tienda, responsable de tienda, jefe de zona
            gerente de zona, gerente de cuenta(s), ejecutivo de cuentas clave gerente, gestor de grandes cuentas
            jefe de área comercial, gerente de sucursal, gerente de territorio, gerente de área
            responsable de ventas, supervisor de ventas, responsable de desarrollo de negocio
            gerente de desarrollo de negocio(s), responsable de cuentas, responsable de zona, gerente de distrito
            gerente de local, jefe de local, administrador de tienda, gerente de canal, responsable de expansión
            jefe de cuentas, jefe de sector, jefa de sector""",
        "manager marketing": """
            jefe de marca, gerente de marca, brand manager, responsable de comunicación, jefe de prensa
            jefa de prensa, jefe de comunicación, responsable de marketing, gestor de comunidad
            responsable de contenidos, gerente de categoría marketing, jefe de producto marketing""",
        "manager production": """
            jefe de planta, jefe de producción, jefe de almacén, encargado de almacén, jefe de taller
            jefe de mantenimiento, responsable de almacén, jefe de logística, gerente de producción
            responsable de producción, responsable de logística, jefe de fábrica, jefe de tráfico, jefe de línea
            encargado de producción, supervisor de producción, jefe de bodega, responsable de mantenimiento
            jefe de transporte, gerente de logística, jefe de flota, encargado de mantenimiento
            maestro mayor de obra, gerente de supply chain, mayor de obra, jefe de obra, encargado de obra
            administrador de obra, residente de obra, gerente de planta, gerente industrial, jefe de turno
            jefa de turno""",
        "manager it": """
            jefe de sistemas, responsable de sistemas, gerente de sistemas, jefe de informática
            responsable informático, jefe de desarrollo, gerente de ti, responsable de it
            jefe de proyecto informático, jefe de proyectos it, responsable de informática, gerente de tecnología
            líder técnico, arquitecto líder, líder de desarrollo""",
        "manager finance": """
            jefe de contabilidad, contador general, jefe de administración y finanzas, responsable de contabilidad
            interventor(a), gestor de patrimonios, gerente de finanzas, jefe de tesorería, jefe de contaduría
            jefe contable, gerente financiero, gerente financiera, gerente de administración y finanzas
            responsable financiero, subdirector bancario""",
        "manager hr": """
            jefe de personal, jefa de personal, responsable de rrhh, responsable de recursos humanos, jefe de rrhh
            jefe de recursos humanos, gerente de recursos humanos, gerente de rrhh""",
        "manager purchasing": """
            jefe de compras, jefa de compras, responsable de compras, gerente de compras, encargado de compras""",
        "manager engineering": """
            jefe de laboratorio, jefa de laboratorio, responsable técnico, jefe de ingeniería, gerente de ingeniería
            jefe técnico, gerente técnico, responsable de laboratorio, ingeniero jefe, gerente tecnico
            investigador principal, jefe de oficina técnica, jefe de calidad, responsable de calidad
            jefe de producto, jefa de producto, gerente de producto, product manager, responsable de producto""",
        "manager legal": "jefe de asesoría jurídica, responsable jurídico, gerente legal",
        "manager other": """
            jef{e|a} de cocina, chef ejecutivo, maître, gobernanta, jefe de enfermería, supervisora de enfermería
            jefe de estación, jefe de policía, capitán, comandante, jefe de cátedra, segundo de cocina
            coordinador pedagógico, coordinadora pedagógica, enfermera jefe, inspector jefe, jefe de servicio médico
            entrenador principal, sargento, jefe de pista, gerente de oficina, gerente administrativ{o|a}
            director de hotel, gerente de hotel, gerente de restaurante, jefe de recepción, jefe administrativ{o|a}
            redactor jefe, redactora jefe, jefe de redacción, editor en jefe, jefe de estudios, jefa de estudios""",
        "c_level general_management seat": """
            miembro del consejo, miembro del consejo de administración, miembro del comité de dirección
            consejer{o|a}, consejero independiente, consejo de administración""",
        "manager general_management soft": """
            gerente regional, gerente de país, gerente país, gerente de unidad de negocio, gerente de negocio(s)
            jefe de gabinete, gerente de unidad, gerente de planeamiento estratégico""",
        "director sales": """
            director de tienda, directora de tienda, director de sucursal, director de oficina, directora de oficina
            subdirector de oficina""",
        "c_level general_management partner": "soci{o|a}(s)",
    },
    roles={
        "finance": """
            contable(s), contador(a), contadores, contador público, contadora pública, auditor(a), auditores
            controller, controlador financiero, analista financier{o|a}, asesor financiero, asesora financiera
            asesor fiscal, asesora fiscal, tesorero, gestor comercial banca, banquer{o|a}, bancari{o|a}
            emplead{o|a} de banca, analista contable, auxiliar contable, auxiliar de contabilidad
            asistente contable, analista de crédito(s), analista de riesgos, actuari{o|a}, ejecutivo de cobranza(s)
            analista de cobranza, administrativo contable, administrativa contable, gestor de cobros
            técnico contable, inversor(a), inversionista, economista medium, analista de finanzas
            asesor de inversiones, asesor contable, analista de inversiones, gestor de patrimonio, contadora
            perito contable, liquidador, técnico de tributos, broker, facturista, oficial de crédito
            ejecutivo de crédito, inspector de hacienda, técnico de nóminas, analista de nómina""",
        "it": """
            desarrollador(a), desarrolladores, programador(a), programadores, informátic{o|a}
            ingenier{o|a} informátic{o|a}, ingenier{o|a} de sistemas, ingenier{o|a} en sistemas
            ingenier{o|a} de software, analista de sistemas, analista programador(a), analista funcional
            administrador de sistemas, administradora de sistemas, administrador de redes
            administrador de base(s) de datos, técnico informático, técnico de sistemas, técnico en sistemas
            técnico de soporte, científic{o|a} de datos, analista de datos, arquitect{o|a} de software
            arquitecto de soluciones, arquitecto de sistemas, consultor sap, consultora sap, desarrollador web
            ingeniero de datos, ingenier{o|a} en informática, técnico en informática, ingeniero en computación
            ingeniero de redes, consultor tecnológico, licenciad{o|a} en sistemas, licenciado en informática
            analista de soporte, soporte informático, consultor erp, analista ti, ingeniero de telecomunicaciones
            ingeniero telecomunicaciones, ingeniero de soporte, técnico helpdesk, técnico en computación
            operador de sistemas, analista de negocio, analista de negocios""",
        "marketing": """
            publicista, mercadólog{o|a}, copywriter, community manager, fotógraf{o|a}, comunicador(a)
            comunicador(a) social, relacionista públic{o|a}, técnico de marketing, creativ{o|a}
            productor audiovisual, técnico de comunicación, jefe de prensa junior, especialista en marketing
            analista de marketing, relaciones públicas, organizador de eventos, gestor de contenidos, impulsadora
            promotor de eventos, investigador de mercados, investigadora de mercados, planificador de medios
            planificadora de medios, redactor publicitario, redactor(a), redactor(a) de contenidos""",
        "sales": """
            comercial(es), agente comercial, asesor comercial, asesora comercial, vendedor(a), vendedores
            ejecutiv{o|a} comercial, ejecutiv{o|a} de venta(s), ejecutiv{o|a} de cuenta(s), representante de ventas
            representante comercial, asesor de ventas, asesora de ventas, delegad{o|a} comercial
            delegad{o|a} de ventas, dependient{e|a}, teleoperador comercial, televendedor(a), visitador médico
            visitadora médica, agente inmobiliari{o|a}, asesor(a) inmobiliari{o|a}, corredor de propiedades
            agente de ventas, gestor comercial, gestora comercial, promotor(a) medium, promotor de ventas
            promotora de ventas, técnico comercial, consultor de ventas, representante medium, corredor medium
            comercial de exportación, técnico de ventas, auxiliar de ventas, asistente de ventas, preventista
            ingeniero de ventas, ingeniero comercial, ejecutivo de negocios, agente de viajes, asesor de viajes
            coordinador de ventas, ayudante de dependiente, mercaderista, gestor de cuentas, gestora de cuentas
            administrativo comercial, administrativa comercial, asistente comercial, delegado médico
            representante médico, expendedor, agente de seguros comercial, reponedor(a), ejecutivo de negocio
            asesor de clientes, export manager junior, viajante, comisionista, martillero, ejecutiva comercial
            agente de seguros, corredor(a) de seguros, mediador de seguros, asesor de seguros, cajer{o|a}""",
        "operations": """
            coordinador(a) de proyecto(s) medium, teleoperador(a), agente de atención al cliente
            atención al público, asesor telefónico, agente de call center, operador de call center
            técnico de prevención, técnico prl, técnico de prevención de riesgos laborales
            asistente de proyecto(s) medium, técnico de proyectos medium, analista de procesos
            ejecutivo de atención al cliente, ejecutivo de servicio al cliente, analista de operaciones
            auxiliar de servicios, planificador medium, auxiliar de oficina, prevencionista de riesgos
            prevencionista, asesor de servicio medium, conserje""",
        "hr": """
            técnic{o|a} de rrhh, técnic{o|a} de recursos humanos, técnico de selección, técnica de selección
            reclutador(a), seleccionador(a), analista de recursos humanos, analista de rrhh
            especialista en recursos humanos, formador(a) medium, asistente de recursos humanos
            auxiliar de recursos humanos, generalista de recursos humanos, orientador laboral, orientadora laboral
            consultor de selección, consultora de selección, graduado social, analista de selección, capacitador(a)
            instructor(a) medium, consultor de rrhh, psicólog{o|a} laboral, psicólog{o|a} organizacional
            licenciado en recursos humanos, técnico de formación, headhunter, consultor de recursos humanos
            técnico en recursos humanos""",
        "engineering": """
            ingenier{o|a}(s) medium, ing medium, investigador(a) medium, investigadores medium
            científic{o|a} medium, técnic{o|a}(s) weak, delineante, proyectista, dibujante, ingenier{o|a} civil
            ingenier{o|a} industrial, ingenier{o|a} mecánic{o|a}, ingenier{o|a} químic{o|a}
            ingenier{o|a} electrónic{o|a}, ingenier{o|a} eléctric{o|a}, químic{o|a}, físic{o|a}, biólog{o|a}
            matemátic{o|a}, geólog{o|a}, bioquímic{o|a}, laboratorista, técnico de laboratorio
            técnica de laboratorio, analista de laboratorio, topógraf{o|a}, microbiólog{o|a}, arquitect{o|a}(s) weak
            aparejador(a), arquitecto técnico, ingeniero técnico industrial, ingeniero de proyectos
            ingenier{o|a} de caminos, ingeniero de desarrollo, ingeniero de diseño, ingenier{o|a} agrónom{o|a}
            biotecnólog{o|a}, estadístico medium, ingeniero superior industrial, ingeniero técnico, perito medium
            calculista, ingeniero de minas, ingeniero de procesos, ingeniero aeronáutico, técnico de campo
            ingeniero de petróleo, ingeniero ambiental, cadista, monitor de ensayos clínicos, técnico de calidad
            técnica de calidad, inspector de calidad, analista de calidad, auxiliar de calidad
            controlador de calidad, ingeniero de calidad, diseñador industrial, diseñadora industrial""",
        "legal": """
            abogad{o|a}(s), notari{o|a}, procurador(a), juez, jueza, asesor(a) jurídic{o|a}, asesor(a) legal
            jurista, magistrad{o|a}, letrad{o|a}, escriban{o|a}, registrador de la propiedad
            oficial de cumplimiento, graduad{o|a} en derecho, defensor público, licenciad{o|a} en derecho
            delegado de protección de datos, asistente legal, asistente jurídico, oficial de notaría
            secretario judicial, analista legal, abogad{o|a} laboralista, abogad{o|a} asociad{o|a}, fiscal""",
        "purchasing": """
            comprador(a), compradores, técnic{o|a} de compras, agente de compras, analista de compras
            auxiliar de compras, asistente de compras, administrativo de compras, aprovisionador, gestor de compras
            especialista en compras""",
        "production": """
            operari{o|a}(s), operari{o|a} de producción, obrer{o|a}, mozo de almacén, almacener{o|a}
            carretiller{o|a}, conductor(a) medium, chofer, chófer, camionero, transportista, repartidor(a)
            mensajer{o|a}, mecánic{o|a}, electricista, soldador(a), fontanero, plomero, carpinter{o|a}, albañil
            pintor(a) medium, tornero, fresador, montador(a), electromecánic{o|a}, técnico de mantenimiento
            técnico mantenimiento, operador medium, operadora medium, operador de máquina, operador de producción
            maquinista, cerrajero, costurera, sastre, planificador de producción, auxiliar de logística
            analista de logística, técnico de logística, coordinador de logística, bodeguero, auxiliar de bodega
            peón, ingeniero de producción, asistente de logística, despachador, agente de aduanas
            despachante de aduana, taxista, conductor de autobús, oficial de primera, ajustador, matricero, impresor
            artesan{o|a} medium, ebanista, tapicero, mozo, estibador, mantenimiento industrial, operario de almacén
            minero, gruista, jefe de equipo junior, preparador de pedidos, empaquetador, auxiliar de almacén
            auxiliar de producción, coordinador logístico, administrativo de logística, analista de inventarios
            oficial electricista, técnico electricista, instalador(a), frigorista, latonero, chapista, planeador
            transitario, almacenista, ensamblador(a)""",
        "general_management": "asesor de presidencia, asesor de dirección, estratega medium, consultor estratégico",
        "other": """
            consultor(a) weak, consultores weak, asesor(a) weak, asesores weak, analista(s) weak
            especialista(s) weak, expert{o|a} weak, coordinador(a) weak, coordinadores weak, gestor(a) weak
            ejecutiv{o|a} weak, emplead{o|a}(s) weak, trabajador(a) weak, auxiliar(es) weak, ayudante weak
            agente weak, oficial weak, delegad{o|a} weak, profesional weak, administrador(a) weak, promotor weak
            inspector(a) weak, controlador(a) weak, operador weak, funcionari{o|a}(s), colaborador(a) weak
            encuestador(a), asociad{o|a} weak, autónom{o|a} weak, freelance weak, freelancer weak
            independiente weak, profesional independiente weak, licenciad{o|a} weak, monitor(a) weak, tutor(a)
            facilitador(a) weak, evaluador(a) weak, supervisor junior weak, secretari{o|a} judicial
            orientador(a) weak, dinamizador(a) weak, médic{o|a}(s), doctor(a) weak, cirujan{o|a}, enfermer{o|a}(s)
            auxiliar de enfermería, técnico en enfermería, matrona, partera, obstetra, odontólog{o|a}, dentista
            farmacéutic{o|a}, auxiliar de farmacia, fisioterapeuta, kinesiólog{o|a}, psicólog{o|a}, psiquiatra
            veterinari{o|a}, psicoterapeuta, terapeuta, logopeda, fonoaudiólog{o|a}, nutricionista, dietista
            podólog{o|a}, óptic{o|a}, optometrista, pediatra, cardiólog{o|a}, ginecólog{o|a}, dermatólog{o|a}
            anestesiólog{o|a}, radiólog{o|a}, paramédico, cuidador(a), gerocultor(a), residente medium
            técnico de farmacia, higienista dental, celador(a), auxiliar de clínica, médico residente
            médic{o|a} general, técnico radiólogo, tecnólogo médico, terapeuta ocupacional, quiropráctico, osteópata
            esteticista, cosmetólog{o|a}, masajista, asistente dental, asistente médico, profesor(a), profesores
            maestr{o|a}(s), docente(s), catedrátic{o|a}, educador(a), educador(a) social, pedagog{o|a}
            psicopedagog{o|a}, trabajador(a) social, asistente social, animador(a) weak, animador sociocultural
            profesor universitario, instructor de yoga, entrenador(a), bibliotecari{o|a}, archiver{o|a}, archivista
            traductor(a), intérprete, periodista, reporter{o|a}, locutor(a), escritor(a), autor(a), artista, músico
            música, cantante, actor, actriz, bailarín, bailarina, cineasta, guionista, productor(a) weak
            realizador(a), presentador(a), cociner{o|a}, ayudante de cocina, camarer{o|a}, mesero, mesera, barman
            panader{o|a}, pasteler{o|a}, carnicer{o|a}, barista, sommelier, peluquer{o|a}, estilista, barbero
            recepcionista, camarera de pisos, ama de casa, niñera, emplead{o|a} doméstic{o|a} weak
            empleada de hogar weak, azafata, agricultor(a), ganader{o|a}, jardiner{o|a}, agrónom{o|a}, pescador
            floricultor, florista, policía, guardia civil, bomber{o|a}, militar, soldado, guardia de seguridad
            vigilante, vigilante de seguridad, escolta, detective, diputad{o|a}, senador(a), concejal, concejala
            polític{o|a}, sacerdote, pastor, religioso, diplomátic{o|a}, embajador(a) weak, cónsul, voluntari{o|a}
            piloto, tripulante de cabina, sobrecargo, deportista, futbolista, árbitro, guía turístico, guía
            técnico deportivo, preparador físico, coach weak, conferencista, ponente, modelo weak
            desemplead{o|a} weak, en paro, parad{o|a}, buscando empleo, en búsqueda activa de empleo
            búsqueda de empleo, sin empleo, en búsqueda, desempleado weak, interiorista, decorador(a)
            diseñador de interiores, diseñador de modas, joyero, urbanista, sociólog{o|a}, antropólog{o|a}
            historiador(a), filósof{o|a}, geógraf{o|a}, ambientalista, ecólogo, politólog{o|a}, criminólog{o|a}
            administrador de fincas, administradora de fincas, administrador de empresas weak
            licenciado en administración weak, investigador social, tasador(a) medium, administrativ{o|a}(s) weak
            auxiliar administrativ{o|a} weak, auxiliares administrativos weak, asistente administrativ{o|a} weak
            oficial administrativ{o|a} weak, limpiador(a) medium, gestor administrativo weak
            gestora administrativa weak, telefonista, personal de limpieza medium, analista administrativo weak
            empleado administrativo weak, empleada administrativa weak, técnico administrativo weak
            apoyo administrativo weak, diseñador(a) gráfic{o|a}, periodista digital, editor de video
            director de fotografía, camarógrafo, diseñador(a) medium, ilustrador(a), diseñador(a) multimedia
            realizador audiovisual, diseñador web, maquetador web, buscando nuevas oportunidades, buscando trabajo
            en búsqueda de empleo, delegado medium, delegado de zona, delegada de zona""",
    },
    fields={
        "finance": """
            finanz*, financier{o|a}(s), contab*, contable(s), tesorería, tributari*, fiscal weak, impuestos
            presupuesto(s), banca, bancari{o|a}, crédito(s), cobranza(s), cobros, auditoría, auditoria
            seguros medium, inversión, inversiones, riesgo(s) medium, control de gestión, costos, costes
            facturación, económic{o|a} medium, económico financiero, patrimonio medium, patrimonial medium
            pagos medium, nóminas y contabilidad, contraloría, contaduría, fusiones y adquisiciones
            mercado de capitales, bolsa medium, hipotecas, fondos weak, siniestros medium, nómina(s) medium
            cuentas por pagar, cuentas por cobrar, administración y finanzas""",
        "it": """
            informátic*, sistemas medium, sistema medium, tecnología(s) medium, ti, tic, tics, software
            redes medium, datos medium, base de datos, bases de datos, sistemas de información
            tecnologías de la información, tecnología de la información, telecomunicaciones medium, ciberseguridad
            desarrollo de software, desarrollo web, web medium, soporte técnico, seguridad informática
            seguridad de la información, transformación digital medium, inteligencia artificial
            inteligencia de negocio(s), tecnológic{o|a} medium, internet medium, computación, infraestructura medium
            infraestructuras medium, aplicaciones medium""",
        "marketing": """
            market*, mercadeo, mercadotecnia, mkt, comunicación, comunicaciones, publicidad, publicitari{o|a}
            prensa medium, medios medium, eventos medium, marca(s) medium, digital weak, contenido(s) medium
            redes sociales, relaciones públicas, rrpp, imagen weak, diseño weak, diseño gráfico
            relaciones institucionales medium, relaciones externas medium, editorial medium, patrocinio(s) medium
            trade marketing, e commerce medium, comercio electrónico medium, creativ{o|a} medium, protocolo medium
            asuntos públicos medium, investigación de mercado(s), audiovisual(es) medium""",
        "sales": """
            venta(s), comercial(es), clientes weak, cliente weak, cuentas medium, cuentas clave, grandes cuentas
            exportación medium, exportaciones medium, desarrollo de negocio(s), desarrollo comercial
            negocio(s) weak, negocio internacional medium, tienda(s) weak, distribución weak, zona weak
            canal medium, canales medium, retail medium, sucursal weak, oficina comercial, expansión medium
            comercio exterior medium, internacional weak, preventa, postventa medium, posventa medium, mercado weak
            mercados weak, franquicia(s) medium, inmobiliari{o|a} medium, licitaciones medium, comercialización
            punto de venta medium, trade medium, delegación weak""",
        "operations": """
            operaciones medium, operativ{o|a} weak, proyecto(s) weak, servicio(s) weak, servicio al cliente medium
            atención al cliente medium, servicios generales medium, procesos medium, proceso weak, seguridad weak
            prevención weak, prl medium, programa(s) weak, obra(s) weak, seguridad y salud medium
            seguridad industrial medium, hse medium, organización weak, mejora continua medium
            calidad de servicio medium, call center medium, planificación weak, transformación medium
            instalaciones medium, pmo, gestión de proyectos medium, prevención de riesgos laborales medium
            soporte weak, excelencia operacional medium, facilities medium, infraestructura física medium
            construcción weak, experiencia de cliente medium, experiencia del cliente medium""",
        "hr": """
            recursos humanos, rrhh, rr hh, rh, talento medium, talento humano, personas medium, personal weak
            gestión humana, selección medium, selección de personal, formación medium, capacitación medium
            relaciones laborales, desarrollo organizacional medium, cultura weak, compensaciones, compensación
            reclutamiento, capital humano, gestión del talento, gestión de personas, desarrollo de personas
            bienestar weak, empleo medium, relaciones industriales, clima laboral, desarrollo humano medium""",
        "engineering": """
            ingeniería, i+d, i d, i & d i, i & d, investigación medium, investigación y desarrollo
            innovación medium, técnic{o|a} weak, desarrollo weak, laboratorio(s) medium, mecánica medium
            electrónica medium, eléctrica medium, eléctrico medium, química medium, científic{o|a} medium
            diseño industrial medium, oficina técnica medium, mecánico medium, automatización medium
            energía(s) weak, estudios weak, ensayos medium, desarrollo de producto(s) medium
            investigación clínica medium, estructuras weak, electromecánica medium, minas weak, civil medium
            biotecnología medium, robótica medium, arquitectura weak, hidráulica weak, calidad medium
            producto(s) weak""",
        "legal": """
            legal(es), jurídic{o|a}(s), derecho, asesoría jurídica, cumplimiento medium, cumplimiento normativo
            compliance, contratos medium, propiedad intelectual, protección de datos, contencioso, asuntos legales
            normativa weak, regulatorio weak, laboralista, contratación weak, procesal, penal, societario
            gobierno corporativo medium, asuntos regulatorios medium""",
        "purchasing": """
            compras, compra, adquisiciones medium, aprovisionamiento(s) medium, abastecimiento medium
            proveedores medium, suministros medium, procura, contratación y compras, abastecimientos medium
            category medium""",
        "production": """
            producción, fabricación, manufactura, logística, logístic{o|a}, almacén, almacenes, bodega weak
            mantenimiento medium, planta medium, fábrica medium, industrial medium, transporte(s) medium
            cadena de suministro, supply chain, distribución logística, importación medium, importaciones medium
            aduanas medium, inventario(s), tráfico medium, flota medium, taller medium, turno weak, envasado
            montaje medium, embarques, tránsito weak, expediciones, despacho medium, maquinaria medium
            materiales medium, materia prima medium, línea weak, comercio internacional weak, operaciones logísticas
            empaque, envíos, stock medium, producción industrial, planeación weak""",
        "general_management": """
            estrategia medium, estratégic{o|a} weak, planificación estratégica medium, desarrollo corporativo medium
            unidad de negocio weak, corporativ{o|a} weak, presidencia weak, delegación general weak, país weak""",
        "other": """
            salud weak, médic{o|a} medium, hospital weak, sanitari{o|a} weak, clínic{o|a} weak, enfermería medium
            educación medium, educativ{o|a} medium, académic{o|a} medium, escuela weak, colegio weak
            universidad weak, enseñanza medium, docencia medium, medio ambiente medium, medioambiente medium
            ambiental medium, sostenibilidad medium, rsc medium, rse medium, responsabilidad social medium
            turismo weak, hotel weak, hostelería weak, restaurante weak, cocina medium, cultura y deporte
            cultural medium, deport* weak, social weak, agrícola medium, agropecuari{o|a} medium, ganadería medium
            jardinería, música medium, arte weak, museo weak, biblioteca medium, iglesia weak, ayuntamiento weak
            municipal weak, gobierno weak, urbanismo medium, vivienda weak, juventud medium, infantil medium
            primaria medium, secundaria medium, inglés weak, policía weak, consultoría weak, farmacia weak
            laboratorio clínico medium, estudiantil medium, gastronomía medium, psicología medium
            administración weak, administrativ{o|a} weak, oficina weak, backoffice weak, back office weak""",
    },
    bodies={
        "c_level general_management soft": "dirección general, gerencia general, comité de dirección, alta dirección",
        "director": "dirección",
        "manager": "gerencia, jefatura, coordinación general, supervisión",
    },
    marks={
        "assistant": """
            asistente(s), asistente de gerencia, asistente de dirección, asistente ejecutiv{o|a}, asistente personal
            secretari{o|a}(s), secretari{o|a} de dirección, secretari{o|a} ejecutiv{o|a}, asist
            asistente de presidencia, asistenta, secretaria de gerencia, auxiliar de dirección, asistente de la
            asistente administrativa de gerencia""",
        "past": """
            ex, antigu{o|a}, jubilad{o|a}(s), pensionista, pensionad{o|a}, retirad{o|a}, anteriormente, emérit{o|a}
            prejubilad{o|a}, exdirector, exgerente, expresidente, excedente, rentista""",
        "now": "actualmente, ahora, actual",
        "junior": """
            becari{o|a}(s), practicante, prácticas, en prácticas, pasante, pasantía, aprendiz(a), doctorand{o|a}
            trainee, opositor(a), egresad{o|a}, en formación, futur{o|a}, investigador predoctoral, pregrado
            tesista, bachiller weak""",
        "deputy": """
            adjunt{o|a}, suplente, interin{o|a}, en funciones, vice, encargada de despacho, subrogante, asociado al""",
        "prep": "de, del, en, para, al, a, por, con, ante, sobre, a cargo de, desde, según",
        "article": "el, la, los, las, un, una, mi, su, lo",
        "and": "y, e, o",
        "cut": "at",
        "noise": """
            senior, sr, junior, jr, sra, lic, nacional, internacional(es), regional, españa, méxico, perú, chile
            colombia, argentina, ecuador, latam, latinoamérica, iberia, europa, américa, sur, norte, este, oeste
            centro, madrid, barcelona, andalucía, cataluña, valencia, grupo, empresa(s), compañía, área
            departamento, dpto, depto, sección, división, equipo, general(es), principal, zona norte, titulad{o|a}
            superior, especializad{o|a}, certificad{o|a}, colegiad{o|a}, particular, propi{o|a}, tiempo, completo
            medio tiempo, turno noche, global, interno, interna, extern{o|a}, local, varios, profesionales, técnicas
            mundo, cargo, s.a. de c.v., cv, sas, privad{o|a}, públic{o|a}, integral, estatal, provincial
            central(es), unidad, primer, primera, segund{o|a}, mayor, menor, alta, actividad, actividades, sede""",
        "pupil": """
            estudiante(s), alumn{o|a}(s), recién graduado, recién licenciado, recién egresado
            estudiante universitario, universitari{o|a}, graduad{o|a}""",
        "member": "miembro(s)",
    },
)
