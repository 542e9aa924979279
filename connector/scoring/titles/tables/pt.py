"""Portuguese words of job titles. Data only; the notation stands in `notation`."""

from connector.scoring.titles.tables.notation import Table

TABLE = Table(
    language="Portuguese",
    ranks={
        "c_level general_management": """
            diretor(a) geral, director(a) geral, diretor(a) presidente, diretor(a) executiv{o|a}
            director(a) executiv{o|a}, diretor superintendente, presidente executivo, presidente executiva
            administrador delegado, administradora delegada, dir geral, presidente e ceo, superintendente geral
            diretor geral executivo, diretor-geral, gerente executivo geral, sócio gerente, sócia gerente
            sócio gestor""",
        "c_level general_management owner": """
            proprietári{o|a}(s), co proprietári{o|a}, don{o|a}, fundador(a), cofundador(a), co fundador(a)
            sóci{o|a} fundador(a), sóci{o|a} proprietári{o|a}, sóci{o|a} administrador(a), sóci{o|a} diretor(a)
            empresári{o|a}(s), empreendedor(a), empreendedores, empresário individual, microempreendedor
            microempresári{o|a}, comerciante, mei, sócio e fundador, empresario, lojista, patrão, titular
            sócio proprietário, fazendeiro""",
        "c_level general_management soft": """
            presidente, presidenta, administrador(a) weak, gerente de sociedade, presidente do conselho
            secretári{o|a} geral, secretário-geral, prefeit{o|a}, gestor executivo, administrador executivo
            administradora executiva, administrador não executivo, presidente da direção, presidente de câmara
            vice diretor geral, diretor geral adjunto, diretora geral adjunta, sócio cotista, sócio quotista
            presidente do conselho de administração, vereador presidente, secretário de estado, ministr{o|a}
            gerência executiva""",
        "vp": "vice president{e|a}, vicepresidente, vice-presidente executivo",
        "director": """
            diretor(a), diretores, diretoras, director(a), directores, dir, diretor(a) adjunt{o|a}
            director(a) adjunt{o|a}, subdiretor(a), sub diretor, superintendente, diretor(a) associad{o|a}
            diretor de departamento, head, diretor de divisão, vice diretor(a), diretor-adjunto, diretor estatutário
            coordenador geral, coordenadora geral, diretor do departamento""",
        "director general_management soft": """
            diretor(a) regional, director regional, diretor de unidade, diretor de unidade de negócio(s)
            diretor(a) de negócios, director de negócios, diretor de filial, diretor de estratégia
            diretor(a) de planejamento, diretor de desenvolvimento, diretor estratégico, diretor de área
            diretor de centro, diretor institucional""",
        "director finance": """
            diretor(a) financeir{o|a}, director financeiro, diretor administrativo financeiro
            diretora administrativa financeira, diretor administrativo e financeiro
            director administrativo e financeiro, tesoureiro geral, diretor de controladoria""",
        "director marketing": "chefe de redação, diretor de criação, diretora de criação",
        "director production": """
            diretor industrial, director industrial, director fabril, diretor fabril, diretor de produção
            director de produção, diretor de fábrica, diretor de planta, diretor de obra, director de obra""",
        "director operations": """
            diretor de operações, director de operações, diretora de operações, diretor de projeto(s) medium
            diretor(a) operacional, director operacional""",
        "director engineering": "diretor(a) técnic{o|a}, director(a) técnic{o|a}, diretor de engenharia",
        "director other": """
            diretor de escola, diretora de escola, diretor(a) clínic{o|a}, diretor(a) escolar
            diretor(a) pedagógic{o|a}, diretor médico, director clínico, enfermeiro diretor, diretor de hospital
            diretora pedagógica, diretor acadêmico, diretor de museu, decano, director de hotel, pró reitor(a)
            diretor de teatro, diretor de cinema, diretor de faculdade, vice diretor escolar, diretor(a) de arte
            diretor(a) criativ{o|a}, director criativo, director de arte, reitor(a)""",
        "manager": """
            gerente(s), gestor(a), gestores, gestora, chef{e|a}(s), encarregad{o|a}(s), responsáve{l|is}
            responsavel, resp, supervisor(a), supervisores, líder(es), líder de equipe, líder de equipa
            chefe de equipa, chefe de equipe, chefe de secção, chefe de seção, chefe de setor, chefe de serviço(s)
            chefe de turno, coordenador(a) de equipe, coordenador(a) de equipa, encarregado geral, subgerente
            sub gerente, mestre weak, contramestre, team leader, chefe de unidade, líder de turno, chefe de grupo
            líder de setor, gerente adjunt{o|a}, gerente sênior, ger, chefe de divisão, gerente sênior de divisão
            gerente executiv{o|a}, chefe do departamento, chefe da divisão, chefe de departamento""",
        "manager operations": """
            gerente de projeto(s) medium, gestor(a) de projeto(s) medium, gestor de projectos medium
            gerente de projetos medium, líder de projeto(s) medium, chefe de projeto medium
            chefe de projecto medium, gerente operacional, gerente de operações, gestor de operações
            gerente de atendimento, supervisor de atendimento, gerente de relacionamento com cliente
            gerente de serviços, gestor operacional, gerente de contrato(s) medium, encarregado operacional
            gerente de facilities, gerente hospitalar, supervisor operacional, gerente de programa""",
        "manager sales": """
            gerente de venda(s), gerente comercial, gestor(a) comercial, chefe de vendas, gerente de loja
            chefe de loja, responsável de loja, encarregado de loja, encarregada de loja, gerente de conta(s)
            gerente de relacionamento, gestor de conta(s), gestor(a) de cliente(s), gerente de agência
            gerente de área, gerente de território, gerente de filial, coordenador comercial chefe
            gerente de balcão, subgerente de loja, supervisor de vendas, supervisor comercial, supervisora de vendas
            gerente regional de vendas, gerente de posto, gerente de canais, responsável comercial
            responsável de vendas, gerente de exportação, gestor de grandes contas
            gerente de desenvolvimento de negócios, gerente de novos negócios, gerente distrital, gestor de área
            key account, gestor de mercado, gerente de expansão, gestor de negócio, gerente de agência de viagens""",
        "manager marketing": """
            gerente de marketing, gerente de marca, gestor de marca, gerente de comunicação
            responsável de comunicação, gestor de marketing, gerente de conteúdo, gestor de tráfego
            gestora de tráfego, gerente de categoria marketing, gerente de trade marketing, gerente de eventos
            responsável de marketing, gestor de redes sociais, diretor de conta""",
        "manager production": """
            chefe de armazém, responsável de armazém, encarregado de armazém, encarregado de produção
            gerente de produção, chefe de produção, gerente de logística, gestor de logística
            responsável de produção, responsável de logística, responsável de manutenção, chefe de oficina
            chefe de manutenção, líder de produção, gerente de manutenção, gestor de frota, supervisor de produção
            gerente de fábrica, gerente de planta, encarregado de manutenção, supervisor de logística
            gerente de supply chain, líder de logística, gestor de produção, gestor de stocks, encarregado de turno
            gerente de transporte(s), chefe de linha, mestre de obras, encarregado de obra(s), gerente de obra(s)
            chefe de obra, gestor de obra, gerente industrial, gerente fabril, responsável de turno""",
        "manager it": """
            gerente de ti, gestor de ti, responsável de informática, gerente de sistemas, gerente de tecnologia
            coordenador de ti líder, líder técnico, gerente de projetos de ti, gestor de sistemas
            chefe de informática, gerente de desenvolvimento de software, gestor de projetos ti
            líder de desenvolvimento, líder de equipe de desenvolvimento""",
        "manager finance": """
            gerente financeir{o|a}, gestor(a) financeir{o|a}, responsável financeir{o|a}, gerente de contabilidade
            gerente administrativo financeiro, gerente de controladoria, gerente bancário, gerente de banco
            gerente fiscal, gerente contábil, responsável de contabilidade, gestor de patrimônio
            chefe de contabilidade, supervisor financeiro, gerente de tesouraria, gerente de crédito
            gestor de seguros, gestor de ativos, gestor de carteira, gestor de fundos, gerente pessoa jurídica
            gerente pj""",
        "manager hr": """
            gerente de recursos humanos, gerente de rh, gestor(a) de rh, gestor(a) de recursos humanos
            responsável de recursos humanos, gerente de pessoas, gestor de pessoas, chefe de pessoal
            gestora de pessoas, responsável de rh, supervisor de rh, gestor de formação
            encarregado de departamento pessoal, gerente de departamento pessoal""",
        "manager purchasing": """
            gerente de compras, gestor de compras, responsável de compras, chefe de compras, gerente de suprimentos
            supervisor de compras, gestor de categoria(s), gerente de suprimento""",
        "manager engineering": """
            gerente de engenharia, gerente técnic{o|a}, gestor técnico, responsável técnic{o|a} medium
            chefe de laboratório, gerente de p&d, engenheiro chefe, responsável de laboratório
            investigador principal, gerente de inovação, gerente de desenvolvimento medium, gerente de qualidade
            gestor da qualidade, gestor de qualidade, responsável de qualidade, responsável da qualidade
            gerente de produto(s), gestor(a) de produto(s)""",
        "manager legal": "gerente jurídic{o|a}, responsável jurídico, gestor de contratos, gerente de compliance",
        "manager other": """
            chefe de cozinha, chef executivo, subchefe de cozinha, enfermeir{o|a} chefe, gerente de sustentabilidade
            governanta, comandante, capitão, delegado de polícia, sargento, treinador principal, gestor hospitalar
            gestor ambiental, enfermeira gestora, gestor cultural, gestor público, gerente administrativ{o|a}
            gerente de escritório, supervisor administrativo, responsável administrativ{o|a}, gerente de hotel
            gerente de restaurante, chefe de receção, chefe de recepção, chefe de secretaria, gestor administrativo
            chefe de sala, redator chefe, editor chefe, editora chefe, editor-chefe""",
        "c_level general_management seat": """
            vogal, vogal do conselho de administração, membro do conselho, membro do conselho de administração
            membro da direção, conselheir{o|a}, conselheiro de administração, conselheir{o|a} independente""",
        "manager general_management soft": """
            gerente geral, gerente regional, gerente de unidade, gerente nacional, chefe de gabinete
            gerente de unidade de negócio(s), gerente de negócios medium, gerente de planejamento estratégico
            gerente de divisão, gerente país""",
        "director sales": "diretor de loja, director de loja, diretor de desenvolvimento de negócios",
        "c_level general_management partner": "sóci{o|a}(s)",
    },
    roles={
        "finance": """
            contador(a), contabilista, técnico oficial de contas, toc, contabilista certificad{o|a}
            técnic{o|a} de contabilidade, auxiliar contábil, assistente contábil, analista contábil
            analista financeir{o|a}, assistente financeir{o|a}, auxiliar financeir{o|a}, auditor(a), tesoureir{o|a}
            bancári{o|a}, banqueir{o|a}, analista fiscal, assistente fiscal, auxiliar fiscal, analista de crédito
            consultor(a) financeir{o|a}, assessor(a) de investimentos, revisor oficial de contas, roc, controller
            faturista, técnico contábil, técnico em contabilidade, consultor fiscal, atuário, analista de cobrança
            assistente de contabilidade, economista medium, investidor(a), analista de investimentos, trader
            gestor de clientes bancário, analista de custos, perito contador, planejador financeiro
            assessor financeiro, despachante fiscal, escriturári{o|a} medium, assistente de tesouraria
            agente de crédito, analista tributário, cobrador medium, perito contábil, inspector tributário
            inspetor tributário, técnico de crédito, gerente de conta bancária, auditor fiscal
            analista de folha de pagamento, perito de seguros""",
        "it": """
            desenvolvedor(a), desenvolvedores, programador(a), programadores, informátic{o|a}
            analista de sistema(s), analista de ti, técnic{o|a} de informática, técnic{o|a} em informática
            técnic{o|a} de ti, engenheir{o|a} informátic{o|a}, engenheir{o|a} de software, engenheiro de computação
            engenheiro de dados, administrador de sistemas, administrador de redes, administrador de banco de dados
            analista de suporte, cientista de dados, analista de dados, arquiteto de software, arquiteto de soluções
            arquiteto de sistemas, analista programador(a), analista desenvolvedor, técnico de suporte
            técnico de redes, consultor sap, consultor de ti, analista de infraestrutura, analista de requisitos
            analista funcional, analista de bi, analista de testes, testador, engenheiro de sistemas
            técnico de sistemas, consultor de sistemas, assistente de ti, auxiliar de ti, analista de negócios
            analista de segurança da informação, técnico de telecomunicações, consultor técnico weak
            engenheiro eletrotécnico e de computadores medium, engenheiro de telecomunicações
            engenheira de software, operador de computador, dev""",
        "marketing": """
            publicitári{o|a}, copywriter, fotógraf{o|a}, assessor(a) de imprensa, assessor(a) de comunicação
            jornalista digital, analista de marketing, assistente de marketing, auxiliar de marketing
            analista de comunicação, técnic{o|a} de marketing, social media, relações públicas, produtor de conteúdo
            produtora de conteúdo, organizador(a) de eventos, promotor de eventos, cerimonialista
            técnico de comunicação, produtor(a) de eventos, produtor audiovisual, editor de vídeo, planner
            web writer, criativ{o|a}, marqueteiro, arte finalista, relações publicas, redator(a)
            redator publicitário""",
        "sales": """
            comercial, vendedor(a), vendedores, representante comercial, representante de vendas
            consultor(a) comercial, consultor(a) de vendas, executiv{o|a} de vendas, executiv{o|a} de contas
            executiv{o|a} comercial, assistente comercial, auxiliar de vendas, assistente de vendas
            promotor(a) de vendas, promotor medium, promotora medium, técnic{o|a} comercial, técnico de vendas
            corretor(a) de imóveis, corretor medium, mediador(a) imobiliári{o|a}, consultor(a) imobiliári{o|a}
            agente imobiliári{o|a}, agente comercial, delegad{o|a} comercial, delegad{o|a} de informação médica
            propagandista, balconista, operador(a) de telemarketing, operador de loja, operadora de loja
            atendente comercial, analista comercial, agente de viagens, vendedor externo, vendedor interno
            supervisor de loja junior, assistente de loja, técnico comercial, assessor comercial
            consultor de negócios, representante medium, consultora de beleza, revendedor(a)
            gestor de vendas junior, atendente de loja, repositor(a), engenheiro de vendas, técnico vendas
            analista de vendas, angariador, feirante, analista de customer success, consultor de viagens
            administrativa comercial, administrativo comercial, caixeiro, vendas externas, empregado de balcão
            corretor(a) de seguros, mediador(a) de seguros, agente de seguros, caixa, operador(a) de caixa""",
        "operations": """
            coordenador(a) de projeto(s) medium, analista de projeto(s) medium, assistente técnico medium
            assistente técnica medium, atendente medium, analista de processos, operador de call center
            operador(a) de atendimento, assistente de atendimento, assistente de call center
            assistente operacional medium, auxiliar de escritório, técnico de segurança do trabalho
            técnico de segurança no trabalho, técnic{o|a} de higiene e segurança, assistente de projetos medium
            analista de operações, assistente de cliente, engenheiro de segurança do trabalho
            gestor de cliente junior, síndic{o|a}, analista de atendimento, suporte ao cliente, digitador(a)
            analista de qualidade de atendimento, operador(a) de call center, analista de cs
            analista de sucesso do cliente, porteir{o|a} medium, zelador(a) medium
            técnica superior de segurança no trabalho, técnico superior de segurança no trabalho
            técnic{o|a} de segurança no trabalho""",
        "hr": """
            recrutador(a), técnic{o|a} de recursos humanos, técnic{o|a} de rh, analista de rh
            analista de recursos humanos, assistente de rh, assistente de recursos humanos, auxiliar de rh
            consultor(a) de rh, consultor(a) de recursos humanos, selecionador(a), business partner rh
            assistente de departamento pessoal, analista de departamento pessoal, técnico de formação
            instrutor(a) medium, treinador corporativo, técnica de recrutamento, técnico de recrutamento
            analista de recrutamento e seleção, auxiliar de departamento pessoal, psicólog{o|a} organizacional
            técnico de recursos humanos, headhunter, analista de treinamento, consultor de recrutamento
            consultora de recrutamento, orientador profissional""",
        "engineering": """
            engenheir{o|a}(s) medium, eng medium, investigador(a) medium, pesquisador(a) medium, cientista medium
            técnic{o|a}(s) weak, desenhista, projetista, desenhador(a), químic{o|a}, físic{o|a}, biólog{o|a}
            matemátic{o|a}, geólog{o|a}, bioquímic{o|a}, técnic{o|a} de laboratório, analista de laboratório
            topógraf{o|a}, laboratorista, engenheir{o|a} civil, engenheir{o|a} mecânic{o|a}
            engenheir{o|a} eletricista, engenheir{o|a} químic{o|a}, engenheir{o|a} eletrotécnic{o|a}
            engenheir{o|a} eletrônic{o|a}, engenheir{o|a} industrial, engenheir{o|a} agrônom{o|a}
            arquitet{o|a}(s) weak, arquitecto weak, arquitecta weak, desenhista projetista, cadista, orçamentista
            engenheiro de projeto(s), estatístico medium, microbiólog{o|a}, engenheiro de desenvolvimento
            bolseir{o|a} de investigação, projectista, analista químico, engenheiro de processos
            engenheiro de minas, engenheiro ambiental, engenheiro do ambiente, técnico em eletrônica
            técnico de campo, técnico de obra, medidor orçamentista, biotecnólogo, engenheiro de aplicação
            técnico em edificações, engenheiro florestal, engenheiro naval, agrimensor, técnico químico
            doutorad{o|a}, pós doutorand{o|a}, técnica de qualidade, técnic{o|a} de qualidade, analista de qualidade
            inspetor de qualidade, auxiliar de qualidade, engenheiro de qualidade, engenheiro da qualidade""",
        "legal": """
            advogad{o|a}(s), jurista(s), notári{o|a}, juiz, juíza, procurador(a), promotor de justiça
            promotora de justiça, solicitador(a), conservador do registo, assessor(a) jurídic{o|a}
            consultor(a) jurídic{o|a}, assistente jurídic{o|a}, defensor público, magistrad{o|a}, oficial de justiça
            encarregado de proteção de dados, tabelião, tabeliã, escrevente, paralegal, analista jurídico
            técnico jurídico, bacharel em direito, advogado associado, advogada associada, advogado sênior
            analista de contratos, analista de compliance, desembargador, escrivã(o), licenciado em direito
            agente de execução""",
        "purchasing": """
            comprador(a), compradores, analista de compras, assistente de compras, auxiliar de compras
            técnico de compras, analista de suprimentos, assistente de suprimentos, negociador medium
            comprador sênior, comprador técnico""",
        "production": """
            operári{o|a}, operador(a) medium, operador de máquina(s), operador de produção, auxiliar de produção
            ajudante de produção, motorista, camionista, caminhoneir{o|a}, motoboy, estafeta, entregador
            mecânic{o|a}, eletricista, electricista, soldador, canalizador, encanador, carpinteir{o|a}
            marceneir{o|a}, pedreir{o|a}, pintor(a) medium, serralheiro, torneiro, torneiro mecânico, fresador
            montador, técnico de manutenção, analista de logística, assistente de logística, auxiliar de logística
            almoxarife, estoquista, conferente, fiel de armazém, operador de armazém, operador de logística
            empilhador, operador de empilhadeira, despachante aduaneiro, despachante, técnico de logística
            técnico de produção, programador de produção, analista de pcp, assistente de pcp, planejador de produção
            planejador de manutenção, costureir{o|a}, alfaiate, taxista, maquinista, motorista de autocarro
            carteir{o|a}, ajudante medium, ajudante de motorista, mecânico de automóveis, eletromecânic{o|a}
            técnico eletromecânico, mecânico industrial, assistente de produção, engenheiro de produção
            técnico mecânico, técnico eletricista, instalador, artesã(o) medium, gráfic{o|a} impressor, impressor
            ferramenteiro, caldeireiro, polidor, embalador, auxiliar de expedição, analista de estoque
            controlador de tráfego, manobrador, padeiro industrial, inspetor de solda, repositor de stock
            auxiliar de almoxarifado, motorista de pesados, metalúrgico, operador de cnc
            chefe de equipa de montagem junior""",
        "general_management": """
            assessor da presidência, assessor da diretoria, assessora da diretoria, estrategista medium""",
        "other": """
            consultor(a) weak, consultores weak, analista(s) weak, assessor(a) weak, especialista(s) weak
            coordenador(a) weak, coordenadores weak, auxiliar(es) weak, agente weak, técnica especialista weak
            executiv{o|a} weak, funcionári{o|a} weak, empregad{o|a} weak, colaborador(a) weak, trabalhador(a) weak
            delegad{o|a} weak, profissional weak, autônom{o|a} weak, autónom{o|a} weak, freelancer weak
            freelance weak, profissional liberal weak, trabalhador independente weak, independente weak
            inspetor(a) weak, inspector(a) weak, monitor(a) weak, facilitador(a) weak, perit{o|a} weak
            avaliador(a) weak, orientador(a) weak, operacional weak, oficial weak, animador(a) weak, expert weak
            animador sociocultural, médic{o|a}(s), doutor(a) weak, cirurgiã(o), enfermeir{o|a}(s)
            técnic{o|a} de enfermagem, auxiliar de enfermagem, técnico em enfermagem, parteira, dentista
            cirurgião dentista, cirurgiã dentista, médico dentista, farmacêutic{o|a}, técnico de farmácia
            fisioterapeuta, psicólog{o|a}, psiquiatra, veterinári{o|a}, médic{o|a} veterinári{o|a}, terapeuta
            terapeuta da fala, terapeuta ocupacional, fonoaudiólog{o|a}, nutricionista, biomédic{o|a}, podólogo
            optometrista, pediatra, cardiologista, ginecologista, dermatologista, anestesista, radiologista
            ortopedista, técnico de radiologia, técnico em radiologia, cuidador(a), osteopata, massagista
            massoterapeuta, esteticista, técnico de saúde, professor(a)(s), professores, docente(s)
            professor universitário, educador(a), educador(a) de infância, educador(a) físic{o|a}, pedagog{o|a}
            psicopedagog{o|a}, assistente social, tutor(a), instrutor de yoga, explicador(a), auxiliar de educação
            auxiliar de ação educativa, babá, ama, palestrante, catedrático, educador social, mestre em educação
            bibliotecári{o|a}, arquivista, tradutor(a), intérprete, jornalista(s), repórter, locutor(a), escritor(a)
            autor(a), artista, artista plástic{o|a}, músic{o|a}, cantor(a), ator, atriz, actor, bailarin{o|a}
            cineasta, realizador(a), roteirista, produtor(a) weak, apresentador(a), produtor cultural
            produtor musical, historiador(a), museólog{o|a}, cozinheir{o|a}, auxiliar de cozinha
            ajudante de cozinha, chef weak, garçom, garçonete, empregad{o|a} de mesa weak, barman, barista
            padeir{o|a}, confeiteir{o|a}, pasteleir{o|a}, açougueiro, talhante, sommelier, cabeleireir{o|a}
            barbeiro, manicure, maquiador(a), dona de casa, doméstica, empregada doméstica weak, diarista, camareira
            florista, agricultor(a), produtor rural, pecuarista, jardineir{o|a}, pescador, agrônom{o|a}
            agrónom{o|a}, zootecnista, enólog{o|a}, técnico agrícola, policial, polícia, policial militar
            agente da psp, bombeir{o|a}, militar, soldado, segurança medium, vigilante, guarda, guarda municipal
            deputad{o|a}, senador(a), vereador(a), polític{o|a}, padre, pastor(a), servidor público
            servidora pública, funcionário público, funcionária pública, funcionaria publica, diplomata
            embaixador(a) weak, voluntári{o|a}, piloto, comissári{o|a} de bordo, comissário de voo, aeromoça
            hospedeira, atleta, jogador de futebol, treinador(a), personal trainer, preparador físico, árbitro
            guia turístico, guia de turismo, coach weak, modelo weak, desempregad{o|a} weak, à procura de emprego
            em busca de recolocação, em transição de carreira, do lar, à procura de trabalho, decorador(a)
            designer de interiores, designer de moda, estilista, joalheir{o|a}, urbanista, sociólog{o|a}
            antropólog{o|a}, geógraf{o|a}, filósof{o|a}, ambientalista, arqueólog{o|a}, técnico de turismo
            agente cultural, avaliador imobiliário medium, técnico desportivo, nadador salvador
            técnico superior de educação weak, fiscal weak, técnico de ambiente, secretário escolar, taróloga
            astróloga, cientista político, cientista social, relações internacionais medium
            administrativ{o|a}(s) weak, assistente administrativ{o|a} weak, auxiliar administrativ{o|a} weak
            técnic{o|a} administrativ{o|a} weak, analista administrativ{o|a} weak, agente administrativ{o|a} weak
            auxiliar de serviços gerais medium, faxineira medium, rececionista medium, recepcionista medium
            telefonista, escriturário weak, empregad{o|a} de escritório weak, empregada de limpeza weak
            auxiliar de limpeza medium, técnica superior weak, técnico superior weak, apoio administrativo weak
            oficial administrativo weak, assistente administrativo weak, designer gráfic{o|a}, influenciador(a)
            designer medium, videomaker, ilustrador(a), cinegrafista, web designer, webdesigner, bolsista weak
            formador(a) weak, bolsista de investigação weak, coordenador(a) pedagógic{o|a}""",
    },
    fields={
        "finance": """
            finance*, financeir{o|a}(s), contab*, contábil, contabilidade, tesouraria, fiscal medium, tribut*
            controladoria, controlo de gestão, controle de gestão, banca, bancári{o|a}, banco medium, crédito(s)
            cobrança(s), auditoria, seguros medium, investimento(s), risco(s) medium, orçament* medium, faturamento
            faturação, custos medium, impostos, planejamento financeiro, administrativo financeiro
            administrativa financeira, administrativo e financeiro, patrimônio medium, contas a pagar
            contas a receber, contas medium, mercado de capitais, sinistros medium, económico financeiro
            fusões e aquisições, previdência medium, câmbio medium, folha de pagamento, vencimentos""",
        "it": """
            informátic*, sistemas medium, sistema medium, tecnologia(s) medium, tecnologia da informação
            tecnologias de informação, ti, tic, software, redes medium, dados medium, banco de dados, bases de dados
            base de dados, sistemas de informação, segurança da informação, telecomunicações medium
            desenvolvimento de software, desenvolvimento web, infraestrutura medium, suporte técnico, computação
            ciência da computação, transformação digital medium, inteligência artificial, web medium
            internet medium, aplicações medium, cibersegurança, análise e desenvolvimento de sistemas
            tecnológic{o|a} medium, processamento de dados, suporte medium""",
        "marketing": """
            market*, comunicação, comunicações, publicidade, imprensa medium, mídia(s) medium, media medium
            eventos medium, evento medium, marca(s) medium, conteúdo(s) medium, redes sociais, relações públicas
            imagem weak, design weak, digital weak, trade marketing, e commerce medium, propaganda, criação medium
            editorial medium, mídias sociais, relações institucionais medium, audiovisual medium, patrocínios medium
            comunicação social, inteligência de mercado, promoção medium, estudos de mercado, criativ{o|a} medium""",
        "sales": """
            venda(s), comercial, comerciais, clientes weak, cliente weak, conta weak, grandes contas, contas chave
            exportação medium, negócios weak, novos negócios, desenvolvimento de negócios, desenvolvimento comercial
            loja(s) weak, varejo medium, retalho medium, distribuição weak, mercado weak, canal medium
            canais medium, filial weak, imobiliári{o|a} medium, imóveis medium, pré venda(s), pós venda(s) medium
            agência weak, expansão medium, relacionamento weak, comércio exterior medium, televendas
            telemarketing medium, rede weak, internacional weak, licitações medium, licitação medium, comércio weak
            zona weak, franquia(s) medium, mercado externo medium, farmer, hunter, agência de viagens weak""",
        "operations": """
            operações medium, operaciona{l|is} weak, projeto(s) weak, projecto(s) weak, serviço(s) weak
            atendimento medium, atendimento ao cliente medium, apoio ao cliente medium, processos medium
            processo weak, serviços gerais medium, segurança weak, segurança do trabalho medium
            higiene e segurança medium, obra(s) weak, construção weak, melhoria contínua medium, facilities medium
            organização weak, call center medium, programas weak, gestão de projetos medium, construção civil weak
            sac medium, assistência técnica medium, sms medium, hse medium, qsms medium, pmo, planejamento weak
            planeamento weak, excelência operacional medium, experiência do cliente medium, customer success medium""",
        "hr": """
            recursos humanos, rh, pessoas medium, pessoal medium, gente medium, gente e gestão, recrutamento
            recrutamento e seleção, seleção medium, formação medium, treinamento medium, departamento pessoal
            capital humano, talento(s) medium, desenvolvimento organizacional medium, remuneração, benefícios medium
            relações trabalhistas, treinamento e desenvolvimento, gestão de pessoas, desenvolvimento humano medium
            relações laborais, cultura organizacional, emprego weak, carreira medium""",
        "engineering": """
            engenharia, investigação medium, pesquisa medium, p&d, pesquisa e desenvolvimento
            investigação e desenvolvimento, i&d, inovação medium, técnic{o|a} weak, desenvolvimento weak
            laboratório medium, mecânic{o|a} medium, elétric{o|a} medium, eletrônica medium, eletrónica medium
            científic{o|a} medium, automação medium, estudos weak, desenvolvimento de produto(s) medium
            energia weak, ensaios medium, química medium, civil medium, projetos elétricos, projetos mecânicos
            arquitetura weak, ambiente técnico, pesquisa clínica medium, eletrotécnica medium, geologia medium
            biotecnologia medium, mecatrônica medium, mineração weak, qualidade medium, controle de qualidade
            controlo de qualidade, gestão da qualidade medium, produto(s) weak""",
        "legal": """
            jurídic{o|a}(s), direito, lega{l|is}, compliance, contratos medium, contencioso, proteção de dados
            propriedade intelectual, conformidade medium, tribunal medium, regulatório weak, societário medium
            trabalhista medium, penal, governança weak, assuntos jurídicos, cartório medium
            assuntos regulatórios medium""",
        "purchasing": """
            compras, suprimentos medium, aprovisionamento(s) medium, aquisições medium, fornecedores medium
            procurement, compra, suprimento medium, contratação weak, abastecimento medium""",
        "production": """
            produção, fabricação, fabril, logística, armazém, almoxarifado, manutenção medium, fábrica
            planta medium, industrial medium, transporte(s) medium, cadeia de suprimentos, supply chain, expedição
            importação medium, frota medium, oficina medium, turno weak, pcp, estoque(s), stock(s) medium
            montagem medium, distribuição logística, operações logísticas, linha weak, embalagem medium, usinagem
            manufatura, materiais medium, tráfego medium, máquinas weak, ferramentaria, alfândega medium
            aduaneir{o|a} medium, depósito medium, carga medium, recebimento medium
            planejamento e controle da produção, import medium, lean weak, gráfica weak""",
        "general_management": """
            estratégia medium, estratégic{o|a} weak, planejamento estratégico medium, planeamento estratégico medium
            desenvolvimento corporativo medium, unidade de negócio(s) weak, geral weak, presidência weak
            corporativ{o|a} weak, institucional weak, filial brasil""",
        "other": """
            saúde weak, médic{o|a} medium, hospital weak, hospitalar weak, clínic{o|a} weak, enfermagem medium
            educação medium, educaciona{l|is} medium, escola weak, escolar medium, pedagógic{o|a} medium
            acadêmic{o|a} medium, académic{o|a} medium, universidade weak, ensino medium, ambiente weak
            meio ambiente medium, ambiental medium, sustentabilidade medium, turismo weak, hotel weak
            hotelaria weak, restaurante weak, cozinha medium, cultura weak, cultural medium, esport* weak
            desport* weak, social weak, agrícola medium, agronegócio medium, rural medium, música medium, arte weak
            museu weak, biblioteca medium, igreja weak, câmara municipal weak, prefeitura weak, municipal weak
            governo weak, urbanismo medium, consultoria weak, farmácia weak, infantil weak, inglês weak
            polícia weak, moda weak, beleza weak, restauração weak, alimentos weak, nutrição medium
            ação social medium, estética medium, psicologia medium, responsabilidade social medium, português weak
            administrativ{o|a} weak, administração weak, escritório weak, backoffice weak, back office weak""",
    },
    bodies={
        "c_level general_management soft": """
            direção geral, conselho de administração, diretoria executiva, comissão executiva, direcção geral
            alta direção""",
        "director": "direção, direcção, diretoria, superintendência",
        "manager": "gerência, chefia, supervisão, liderança, coordenação geral",
    },
    marks={
        "assistant": """
            assistente(s), assistente executiv{o|a}, assistente de direção, assistente da direção
            assistente de direcção, assistente de diretoria, assistente pessoal, secretári{o|a}(s)
            secretári{o|a} executiv{o|a}, secretári{o|a} de direção, secretária de administração
            secretária bilíngue, assistente da, assistente do, secretária da direção, assessora executiva
            secretariado""",
        "past": """
            ex, antig{o|a}, aposentad{o|a}(s), reformad{o|a}(s), ex diretor, anterior, anteriormente, emérit{o|a}
            jubilad{o|a}, pensionista, pré reformado, inativo""",
        "now": "atualmente, agora, atual, actualmente",
        "junior": """
            estagiári{o|a}(s), estágio, aprendiz, jovem aprendiz, menor aprendiz, trainee, doutorand{o|a}
            mestrand{o|a}, bolsista de iniciação científica, universitári{o|a}, em formação, futur{o|a}
            estagiária curricular, advogado estagiário, residente médico, estagiario, acadêmico de direito
            jovem talento""",
        "deputy": """
            adjunt{o|a}, interin{o|a}, em exercício, substitut{o|a}, vice, suplente, em regime de substituição""",
        "prep": """
            de, do, da, dos, das, d, em, no, na, nos, nas, para, com, ao, aos, à, às, pelo, pela, por, sobre, junto
            a cargo de""",
        "article": "o, a, os, as, um, uma, meu, minha, nosso",
        "and": "e, ou, y",
        "cut": "junto da empresa",
        "noise": """
            senior, sênior, sénior, pleno, júnior, junior, sr, pl, jr, nacional, nacionais, internacional
            internacionais, regional, brasil, portugal, angola, moçambique, são, paulo, rio, porto, lisboa, norte
            sul, este, oeste, centro, grupo, empresa(s), área, departamento, depto, setor, sector, divisão, equipe
            equipa, unidade, geral, principal, especializad{o|a}, certificad{o|a}, formad{o|a}, licenciad{o|a}
            gradua{do|da}, interno, interna, extern{o|a}, próprio, própria, tempo, integral, inteiro, parcial, turno
            nível, primeir{o|a}, segund{o|a}, públic{o|a}, privad{o|a}, local, latam, américa, europa, ibérica
            iberia, mundo, vários, diversos, e outros, ltda, eireli, unipessoal, lda, pessoa, jurídica, física, pós
            graduação, superior, autônomo""",
        "pupil": """
            estudante(s), alun{o|a}, recém formad{o|a}, recém licenciad{o|a}, formand{o|a}, estudante universitário
            licenciand{o|a}, graduand{o|a}, finalista""",
        "member": "membro(s)",
    },
)
