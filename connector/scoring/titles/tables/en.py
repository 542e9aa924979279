"""English words of job titles. Data only; the notation stands in `notation`."""

from connector.scoring.titles.tables.notation import Table

TABLE = Table(
    language="English",
    ranks={
        "c_level general_management": """
            ceo, chief executive officer, chief executive, chairman and ceo, group chief executive
            president and ceo, president & ceo, chief exec, chief strategy officer, cso?""",
        "c_level general_management owner": """
            owner, owners, co owner, coowner, founder, co founder, cofounder, founding partner, business owner
            proprietor, entrepreneur, managing partner, owner operator, sole trader, sole proprietor, shop owner
            founder's, company owner, store owner, restaurant owner, agency owner, salon owner""",
        "c_level general_management soft": """
            managing director, president, secretary general, general secretary, chairman, chairwoman, chairperson
            chair, vice chairman, vice chair, vice chairperson, chairman of the board, chair of the board
            managing dir, mng director, managing member, managing principal, company director, md?, president elect
            managing director partner, mayor""",
        "c_level finance": """
            cfo, chief financial officer, chief finance officer, chief accounting officer, cro risk
            chief risk officer, chief investment officer, chief audit executive, chief credit officer""",
        "c_level it": """
            cto, chief technology officer, cio, chief information officer, chief technical officer, ciso
            chief information security officer, chief security officer, chief digital officer, cdo?
            chief data officer, chief analytics officer, cdio, chief digital and information officer
            chief ai officer, caio, ctio, chief architect officer, group cto, group cio
            chief digital information officer, cito""",
        "c_level marketing": """
            cmo, chief marketing officer, chief brand officer, chief communications officer
            chief communication officer, chief content officer""",
        "c_level sales": """
            cro, chief revenue officer, chief sales officer, chief commercial officer, cco, chief business officer
            cbo?, chief business development officer, chief client officer, chief growth officer, cgo?
            chief merchandising officer, chief development officer""",
        "c_level operations": """
            coo, chief operating officer, chief operations officer, cao?, chief transformation officer
            chief experience officer, chief customer officer""",
        "c_level hr": """
            chro, chief human resources officer, chief people officer, cpo?, chief hr officer, cpco
            chief talent officer, chief human resource officer, chief learning officer, chief culture officer
            chief people and culture officer, chief happiness officer, chief diversity officer""",
        "c_level engineering": """
            chief scientific officer, chief innovation officer, chief science officer, chief engineering officer
            chief research officer, chief r&d officer, chief scientist, cino, chief product officer
            chief quality officer""",
        "c_level legal": """
            clo, chief legal officer, chief compliance officer, chief legal counsel, chief privacy officer""",
        "c_level purchasing": "chief procurement officer, chief purchasing officer, chief sourcing officer",
        "c_level production": """
            chief supply chain officer, cscpo, csco?, chief manufacturing officer, chief logistics officer""",
        "c_level other": """
            chief medical officer, chief nursing officer, cmo medical, chief nurse executive, chief academic officer
            police chief, fire chief, chief of police, chief sustainability officer, chief creative officer
            chief administrative officer, chief administration officer""",
        "vp": """
            vp, vice president, vicepresident, svp, evp, avp, gvp, rvp, cvp, vice pres, senior vice president
            executive vice president, assistant vice president, associate vice president, corporate vice president
            svp & general manager, vice presidents, v president, vps, vp's, vicepres, dvp, snr vp, vice presdient""",
        "vp general_management soft": "deputy managing director?",
        "director": """
            director, directors, dir, head, heads, headed, head of, executive director, group director
            senior director, associate director, directress, director's, diretor of, direcor, directer, drector
            global head, sr director, dept head, directeur of, controlling director, division head, head of division
            unit head""",
        "director general_management soft": """
            country director, country head, country lead, business unit director, bu director, managing head
            head of business unit, division director, divisional director, site director, regional director?
            head of strategy, strategy director, director of strategy, chief of staff""",
        "director finance": "fd?, director of finance, finance director, financial director",
        "director marketing": "director of communications",
        "director legal": "general counsel, group general counsel, head of legal, chief counsel, company secretary",
        "director operations": "director of ops, plant director, od?",
        "director other": """
            dean, medical director, clinical director, nursing director, director of nursing, headteacher
            head teacher, headmaster, headmistress, school principal, high school principal, elementary principal
            museum director, music director, program director church, superintendent of schools, film director
            athletic director, school director, associate dean, vice dean, deputy headteacher, head of school
            head of year, assistant principal, deputy principal, vice principal, high school head, creative director
            art director?, executive creative director, head of department, head of dept, department head, hod
            rector, vice chancellor, chancellor""",
        "director it": "director of technology, it head, head of it",
        "manager": """
            manager, managers, mgr, mngr, mgmt manager, manger, mananger, manage, mgr., managar, maneger, manageress
            supervisor, supervisors, superintendent, team lead, team leader, teamlead, teamleader, leader
            group leader, section head, section leader, line manager, group lead, area lead, squad lead
            team manager, team head, supv, spvr, sup?, head nurse, charge nurse, ward manager, unit leader, mangager
            manger of, mgr of, mngr of, mang, mgt, senior manager, officer in charge, chapter lead, stream lead
            workstream lead, practice lead, team captain, in charge of, incharge, principal investigator, postmaster""",
        "manager operations": """
            project manager medium, project mgr medium, program manager medium, programme manager medium, pm?
            project leader medium, project lead medium, project managers medium, project manger medium
            program mgr medium, program lead medium, programme lead medium, operations manager, operations mgr
            ops manager, facility manager, facilities manager, facilities mgr, customer service manager
            customer support manager, call center manager, call centre manager, pmo manager, contact center manager
            contact centre manager, customer care manager, hse manager, ehs manager, property manager?
            scrum of scrums, change manager, transformation manager, event operations manager
            project coordinator manager, project director manager, pjm, customer success manager, csm?
            client success manager, service delivery manager medium, service manager medium, delivery manager medium""",
        "manager sales": """
            account manager, key account manager, kam, am?, bdm, business development manager, sales manager
            area manager, territory manager, store manager, partner manager, partner account manager, sales mgr
            client manager, relationship manager, client relationship manager, customer relationship manager
            business manager?, national account manager, global account manager, regional manager?, district manager
            channel manager, client partner manager, shop manager, retail manager, showroom manager
            area sales manager, regional sales manager, asm?, rsm?, bd manager, alliance manager, account lead
            client account manager, key accounts manager, nam?, dealer manager, dealership manager
            accounts manager sales, engagement manager?, partnership manager, partnerships manager, biz dev manager
            business dev manager, business development mgr, store mgr, export manager, branch manager, bid manager
            acct manager, acct mgr, lettings manager, sales lead""",
        "manager marketing": """
            brand manager, pmm?, category manager marketing, event manager, events manager, communications manager
            pr manager, community manager, content manager, social media manager, campaign manager, media manager
            trade marketing manager, creative lead, digital manager, seo manager, managing editor, crm manager
            public relations manager, brand mgr, portfolio manager product, product marketing manager
            product marketing lead, traffic manager""",
        "manager purchasing": """
            category manager, purchasing manager, procurement manager, sourcing manager, buying manager
            purchase manager, vendor manager, supplier manager, commodity manager""",
        "manager hr": """
            people partner manager, talent manager, hr manager, training manager, human resources manager
            people manager""",
        "manager it": """
            scrum master lead, it manager, development manager software, tech lead, technical lead, technology lead
            solution manager?, release manager, service desk manager, help desk manager, product owner lead
            software development manager, data manager, ict manager, technical project manager, it project manager
            engineering manager software, application manager, information manager, configuration manager
            technical program manager, technical programme manager, team lead development, development team lead
            development lead, dev lead, dev team lead, dev manager""",
        "manager finance": """
            financial controller manager, finance manager, credit manager, accounts manager, accounting manager
            risk manager, portfolio manager, fund manager, investment manager, asset manager, wealth manager
            chief accountant, billing manager, tax manager, treasury manager, claims manager, collections manager
            controlling manager, internal audit manager, audit manager, underwriting manager""",
        "manager production": """
            plant manager, production manager, warehouse manager, logistics manager, supply chain manager
            factory manager, transport manager, shift manager, shift supervisor, maintenance manager
            distribution manager, workshop manager, inventory manager, manufacturing manager, materials manager
            demand manager, planning manager, lean manager, yard manager, depot manager, mill manager, mine manager
            site manager, foreman, forewoman, line leader, shift leader, line lead, fleet manager, chargehand
            charge hand, overseer, general foreman, crew leader, whse manager, crew chief""",
        "manager engineering": """
            engineering manager, chief engineer?, lab manager, laboratory manager, r&d manager, research manager
            innovation manager, technical manager, development manager, chief architect?, quality manager
            qa manager, quality control manager, product manager, product mgr, product line manager
            group product manager, product lead, product group manager, product portfolio manager
            construction project manager, construction manager, quality lead, clinical trial manager
            clinical trials manager""",
        "manager legal": """
            compliance manager, legal manager, contract manager, contracts manager, data protection manager""",
        "manager other": """
            case manager, nurse manager, kitchen manager, bar manager, clinic manager, clinical manager
            nursing manager, head coach, care manager, stage manager, production manager film
            security manager guard, home manager, museum manager, head housekeeper, head gardener, fire captain
            nursery manager, executive housekeeper, sustainability manager, esg manager, csr manager
            volunteer manager, department chair, department chairman, volunteer coordinator manager, head waiter
            tour manager, matron, real estate manager, office manager, office mgr, practice manager, hotel manager
            front office manager, restaurant manager, food and beverage manager, food & beverage manager
            f&b manager, editor in chief, chief editor, fundraising manager, executive chef, head chef
            housekeeping supervisor, managing consultant, housekeeping manager""",
        "c_level general_management seat": """
            board member, member of the board, member of the executive board, member of the management board
            member of board, member of the board of directors, member of the executive committee
            executive committee member, governing body member, board director, board of directors, executive board
            supervisory board, non executive director, nonexecutive director, non exec director, ned?, trustee
            advisory board chair""",
        "manager general_management soft": """
            general manager, gm?, country manager, business unit manager, bu manager, division manager
            divisional manager, general mgr, gen manager, gen mgr, regional general manager, cluster manager""",
        "c_level general_management partner": """
            partner, senior partner, equity partner, general partner, name partner, principal partner
            limited partner""",
    },
    roles={
        "finance": """
            accountant*, bookkeep*, book keeper, auditors, controller, financial controller, comptroller
            financial analyst, finance analyst, banker, bankers, investor, investment banker, loan officer, trader
            traders, broker, teller, bank teller, tax advisor, tax adviser, tax consultant, tax accountant
            underwriter, actuary, financial advisor, financial adviser, financial planner, financial consultant
            paymaster, stockbroker, stock broker, credit analyst, credit controller, risk analyst, fp&a analyst, cpa
            acca, aca?, account clerk, accounts clerk, accounting clerk, accounts assistant, accounts payable clerk
            payables clerk, billing specialist, billing clerk, investment analyst, equity analyst, wealth advisor
            wealth adviser, mortgage advisor, mortgage adviser, mortgage broker, mortgage*, cfa, fund accountant
            portfolio analyst, private banker, personal banker, claims adjuster, claims handler, claims adjustor
            loss adjuster, accounts officer, finance officer, finance business partner, quant, quantitative analyst
            assistant controller, internal auditor, investment professional, angel investor, venture capitalist
            business controller, chartered accountant, debt collector, collections specialist, payroll specialist
            payroll clerk, payroll administrator, payroll officer, group financial controller, treasurer
            relationship banker, purchase ledger clerk, sales ledger clerk, auditor medium, ap specialist
            ar specialist, ap ar specialist""",
        "it": """
            developer(s), programmer(s), software engineer(s), software developer, web developer
            full stack developer, frontend developer, backend developer, sysadmin, sys admin, system administrator
            systems administrator, network administrator, dba, webmaster, database administrator, data scientist
            data analyst, data engineer, solution architect, solutions architect, software architect
            enterprise architect, cloud architect, it architect, system architect, systems architect
            systems analyst, system analyst, business analyst, scrum master, product owner, agile coach
            systems engineer, system engineer, network engineer, security engineer, cloud engineer
            site reliability engineer, sre, qa engineer, qa analyst, tester, testers, software tester
            test automation engineer, help desk, helpdesk, service desk, desktop support, tech support
            security analyst, penetration tester, pentester, ethical hacker, coder, machine learning engineer
            ml engineer, ai engineer, bi developer, bi analyst, business intelligence analyst, it business partner
            solutions engineer, integration engineer, platform engineer, infrastructure engineer, support engineer
            technical architect, process owner it, sdet, qa tester, sap consultant, application engineer software
            support analyst, app developer, game developer, games developer, python developer, java developer
            it specialist, data protection engineer, rpa developer, salesforce administrator, salesforce developer
            crm administrator, system owner, sde, swe, android developer, ios developer, member of technical staff
            requirements engineer, release train engineer, embedded software engineer, infosec analyst, soc analyst
            web master, data steward, data owner, security architect, data architect, application architect
            network architect, infrastructure architect, it auditor, gis analyst, sw engineer, sw developer
            2nd line support, 1st line support, 3rd line support, second line support, first line support
            application support analyst, quality assurance engineer, automation tester""",
        "marketing": """
            marketer(s), copywriter, copy writer, copyeditor, content writer, content creator, content strategist
            brand strategist, publicist, social media specialist, spokesperson, spokesman, spokeswoman
            press officer, media buyer, media planner, media consultant, seo specialist, growth hacker, art director
            event planner, event organizer, event organiser, event coordinator, events coordinator
            digital strategist, communications specialist, technical writer, web editor, content editor, copy editor
            creative strategist, market researcher, product marketer, product specialist, brand ambassador
            seo expert""",
        "sales": """
            salesperson, salesman, saleswoman, sales rep, sales representative, sales executive, account executive
            account exec, ae?, sdr, bdr, sales development representative, business development representative
            business developer, sales engineer, sales consultant, sales associate, sales advisor, sales adviser
            sales assistant, sales agent, telemarketer, seller, sellers, vendor?, account coordinator
            account specialist, presales engineer, realtor, real estate agent, estate agent, realtors, merchandiser
            shop assistant, retail assistant, retail associate, store associate, store clerk, cashiers
            leasing consultant, letting agent, lettings negotiator, travel agent, client advisor, client executive
            account director assistant, sales coordinator, sales specialist, counter sales, beauty advisor
            sales promoter, business development executive, business development associate, sales person
            business development specialist, dealer, auctioneer, sales professional, sales administrator
            sales support, client partner, customer consultant, fundraiser, real estate broker, insurance sales
            rainmaker, insurance agent?, insurance broker, insurance advisor, cashier?, bid writer
            pharmaceutical rep, pharma rep, medical rep, visual merchandiser, partner account executive, promoter
            shop clerk, retail clerk, sales clerk""",
        "operations": """
            dispatcher, customer service representative, customer service rep, customer service agent, csr?
            call center agent, call centre agent, customer service advisor, customer support specialist
            customer service specialist, customer service executive, project coordinator, project assistant
            operations analyst, operations specialist, operations associate, operations coordinator
            facilities coordinator, process improvement specialist, project planner, pmo analyst, process owner
            service coordinator, call handler, customer experience specialist, project controller, project control
            document controller, customer advisor, guest service agent, project support, customer assistant
            safety advisor, customer service officer, operations officer, safety officer, health and safety officer
            hse officer, black belt, lean specialist, cust svc rep, workplace coordinator, service desk coordinator
            caretaker medium, concierge""",
        "hr": """
            recruiter(s), headhunter, head hunter, hrbp, talent partner, sourcer, hr generalist
            recruitment consultant, recruitment specialist, hr consultant, hr specialist, hr assistant, hr advisor
            hr adviser, hr officer, people business partner, talent scout medium, career coach, career advisor
            recruiting coordinator, learning and development specialist, staffing specialist, corporate trainer
            employer branding specialist, compensation analyst, benefits specialist, career counselor
            executive search, talent acquisition partner, hr partner, human resources partner, hr business partner
            recruitment partner, talent management partner, learning partner""",
        "engineering": """
            researcher medium, research scientist, research associate, research fellow, research assistant
            mechanical engineer, electrical engineer, civil engineer, chemical engineer, process engineer
            design engineer, chemist, biochemist, biologist, physicist, microbiologist, geologist, mathematician
            statistician medium, inventor, engineer medium, engineers medium, scientist medium, postdoc, post doc
            postdoctoral researcher, draftsman, drafter, draughtsman, cad designer, cad technician
            technologist weak, surveyor medium, quantity surveyor, architect weak, technician weak, technicians weak
            lab technician, laboratory technician, toxicologist, geophysicist, project engineer, structural engineer
            product developer, industrial designer, formulation scientist, clinical research associate
            maintenance engineer, research engineer, petroleum engineer, aerospace engineer, engr medium
            eng? medium, sme?, quality inspector, quality controller, quality technician
            quality assurance specialist, qa specialist, postdoctoral fellow, materials scientist, test engineer
            manufacturing engineer, production engineer, industrial engineer, quality engineer
            field service engineer, field engineer, packaging technologist, food technologist, process technologist""",
        "legal": """
            lawyer(s), attorney(s), solicitor(s), barrister, counsel, legal counsel, paralegal, legal assistant
            notary, judge, dpo, data protection officer, compliance officer, compliance analyst, legal secretary
            prosecutor, patent attorney, patent agent, corporate counsel, in house counsel, attorney at law
            legal advisor, legal adviser, contract administrator, contracts administrator, privacy officer
            conveyancer, legal executive, magistrate, mlro, law clerk, contract specialist, trainee solicitor
            ip counsel, lobbyist medium, law firm associate, associate corporate""",
        "purchasing": """
            buyer(s), purchaser, procurement specialist, procurement officer, purchasing agent, sourcing specialist
            purchasing officer, strategic buyer, procurement analyst, purchasing clerk, procurement engineer
            sourcing engineer""",
        "production": """
            operator medium, machine operator, machinist, assembler, welder, mechanic, mechanics, electrician
            plumber, driver, truck driver, forklift driver, forklift operator, warehouse worker, warehouse operative
            warehouseman, picker, carpenter, joiner, millwright, logistician, storekeeper, storeman, factory worker
            production worker, millworker, production planner, planner weak, scheduler weak, material handler
            logistics coordinator, inspector weak, maintenance technician, delivery driver, courier, supply planner
            demand planner, supply chain analyst, freight forwarder, process operator, cnc operator, toolmaker
            tool maker, fitter, fabricator, painter, bricklayer, roofer, labourer, laborer, handyman, builder weak
            miner, stock controller, packer, production operator, production assistant medium, warehouse associate
            rigger, scaffolder, plasterer, crane operator, bus driver, train driver, stocker, shipping clerk
            traffic planner, seamstress, tailor, printer, warehouse clerk, import export coordinator, customs broker
            supply chain planner, cnc programmer, service technician, field technician, field service technician""",
        "general_management": "strategist medium, strategy analyst",
        "other": """
            consultant weak, consultants weak, advisor weak, adviser weak, freelancer, freelance weak
            contractor weak, doctor, physician, surgeon, nurse, nurses, registered nurse, rn, lpn, midwife, dentist
            pharmacist, pharmacy technician, therapist, physiotherapist, psychologist, psychiatrist, veterinarian
            vet, paramedic, carer, caregiver, care worker, care assistant, healthcare assistant
            health care assistant, nursing assistant, cna, medical assistant, dental assistant, dental hygienist
            radiographer, radiologist, cardiologist, optician, optometrist, dietitian, nutritionist, gp?
            general practitioner, social worker, counsellor, psychotherapist, support worker, youth worker
            speech therapist, teacher, teachers, professor, assistant professor, associate professor, lecturer
            senior lecturer, tutor, educator, instructor, teaching assistant, kindergarten teacher, school teacher
            schoolteacher, principal weak, faculty, librarian, archivist, curator, historian, translator
            interpreter, linguist, journalist, reporter, editor weak, writer weak, author, poet, artist, musician
            singer, actor, actress, dancer, composer, producer weak, film maker, filmmaker, cook, baker, barista
            bartender, waiter, waitress, server weak, hostess, host weak, butcher, receptionist, front desk agent
            front desk, housekeeper, housewife, homemaker, stay at home mom, nanny, babysitter, hairdresser
            hair stylist, stylist weak, barber, beautician, makeup artist, massage therapist, personal trainer
            fitness instructor, yoga teacher, yoga instructor, life coach, athlete, footballer, referee, farmer
            gardener, fisherman, pilot, flight attendant, cabin crew, air hostess, sailor, captain weak, soldier
            officer weak, police officer, policeman, detective, firefighter, fire fighter, security guard
            security officer, guard, bodyguard, lifeguard, priest, pastor, minister weak, rabbi, imam, chaplain
            monk, politician, diplomat, ambassador weak, civil servant, councillor, councilor, senator, senator's
            member of parliament, clerk weak, typist, data entry clerk, data entry, administrator weak, admin weak
            administrative officer weak, office clerk, office administrator weak, unemployed, jobseeker, job seeker
            looking for work, seeking opportunities, open to work, none at present, volunteer, economist medium
            analyst weak, specialist weak, expert weak, coordinator weak, co ordinator weak, associate weak
            executive weak, representative weak, rep weak, agent weak, staff weak, employee weak, worker weak
            professional weak, practitioner weak, generalist weak, evangelist weak, investigator weak, examiner weak
            fellow weak, owner representative, business partner weak, delegate weak, facilitator weak, mentor
            speaker, keynote speaker, public speaker, activist, interior designer, fashion designer, florist
            jeweller, jeweler, model weak, undertaker, funeral director, zookeeper, environmental consultant
            ecologist, meteorologist, astronomer, anthropologist, sociologist, geographer, urban planner
            town planner, landscape architect, property developer, landlord, real estate developer, sailor's
            clinician, resident physician, resident doctor, anesthesiologist, pediatrician, dermatologist
            oncologist, neurologist, gynecologist, pathologist, occupational therapist, chiropractor, osteopath
            acupuncturist, medical doctor, dr?, pathologists, management consultant, independent consultant
            fire officer, probation officer, immigration officer, customs officer, army officer, naval officer
            veteran, crew member, team member weak, colleague weak, handler weak, operative weak, helper weak
            attendant weak, ambulance driver, sommelier, tattoo artist, dj?, choreographer, set designer, stuntman
            sound engineer, game designer, web3 enthusiast, enthusiast weak, thought leader, change maker
            changemaker, dreamer, board advisor, board adviser, senior advisor, special advisor, business advisor
            policy advisor, policy analyst, policy officer, legislator, self employed weak, selfemployed weak
            dr med, md phd, custodian medium, aide weak, emt, lvn, lcsw, slp, scout, trainee pilot, pilots, deckhand
            poker dealer, groundskeeper, crew weak, dock worker medium, patrol officer, phlebotomist
            optometric technician, sonographer, respiratory therapist, speech language pathologist, home health aide
            personal care aide, radiologic technologist, surgical technologist, medical technologist, case worker
            caseworker, teacher aide, counselor weak, ombudsman, project administrator weak, project officer
            janitor medium, cleaner medium, graphic designer, graphic artist, influencer, blogger, vlogger, youtuber
            photographer, videographer, illustrator, animator, video editor, visual designer, motion designer
            cinematographer, video producer, designer medium, web designer, ui designer, ui ux designer
            ux researcher, product designer, treasurer assistant, ux designer, ux ui designer
            senior consultant weak, associate consultant weak, business consultant weak, strategy consultant
            people partner weak, stay at home mum, stay at home mother, stay at home dad, mum, mom, jobless
            between jobs, in between jobs, pensioned, seeking new challenges, seeking new opportunities, seeking
            open to new opportunities, looking for new opportunities, looking for a new challenge, career break
            on sabbatical, parental leave, maternity leave, available for work, trainer weak, coach weak
            police inspector, police sergeant, sous chef""",
    },
    fields={
        "finance": """
            financ*, accounting, accounts, treasury, tax, taxes, taxation, audit*, investment*, investor relations
            banking, bank, controlling, fp&a, fpa?, credit, risk, budget*, billing, invoicing, equity, equities
            mergers, m&a, capital, asset, wealth, trading, actuarial, insurance medium, accountancy, book keeping
            bookkeeping, fixed income, securities, fiscal, accounts receivable, underwriting, loans, lending
            fintech medium, cash, payment* medium, collections medium, claims medium, private equity
            venture capital, funds, fund, portfolio weak, pension*, revenue accounting, fraud medium, aml medium
            kyc medium, cost weak, costing, valuation*, economics medium, payroll, acctg, accts, accounts payable
            ap medium, ar medium, purchase ledger, sales ledger, p2p weak, cfo services, cfo advisory
            office of the cfo""",
        "it": """
            it, i.t., ict, information technology, software, informatics, computer*, comput, programming, web medium
            internet medium, cyber*, infosec, information security, data medium, database*, network* medium, cloud
            devops, systems medium, erp, sap, it security, analytics medium, big data, bi medium, machine learning
            ai medium, artificial intelligence, data science, applications medium, application weak, app weak
            infrastructure medium, telecom* medium, technology medium, technologies medium, tech medium
            platform weak, saas weak, java, python, javascript, php, .net, net weak, c++, react, angular, android
            ios, sql, oracle, salesforce, dynamics 365, sharepoint, linux, windows medium, azure, aws, blockchain
            crypto weak, usability, information systems, mis medium, edp, scrum, agile, it operations, it service
            it services, it project, it infrastructure, web development, digital transformation, information medium
            automation weak, hardware medium, systems integration, virtualization, servicenow, iam, identity access
            digital technology, digital solutions medium, digitalization medium, digitalisation medium
            digitization medium, node, robotic process automation, rpa, enterprise architecture
            technology operations, tech operations, software engineering, software development, software quality
            application development, technical support, product technology, qa medium, full stack, fullstack
            back end, front end, frontend, backend, site reliability, application support, business intelligence, sw
            mobile apps, solutions architecture, digital medium, cloud infrastructure, it support
            technical operations medium, platform engineering, data engineering, software architecture
            reliability engineering medium""",
        "marketing": """
            market*, mktg, mkt, mrktg, mkting, brand*, advertis*, communication*, comms, comm?, pr, public relations
            media medium, social media, seo, sem, sea?, ppc, content medium, e commerce medium, ecommerce medium
            ecom medium, creative medium, campaign*, event medium, events medium, press medium, editorial medium
            growth medium, promotion* medium, sponsor* medium, copy weak, design weak, crm medium, insights weak
            insight weak, consumer weak, publicity, demand generation, demand gen, lead generation, field marketing
            digital marketing, performance marketing, community weak, online medium, merchandising weak
            corporate affairs, external relations, go to market, gtm, web content, experiential medium, storytelling
            visual weak, graphic* medium, newsletter, partner marketing, product marketing, influencer medium
            influencer relations, content creation, ad medium, ads medium, advertising""",
        "sales": """
            sales, sale, business development, biz dev, bizdev, business dev, bus dev, account medium, key account
            key accounts, major accounts, strategic accounts, global accounts, revenue, commercial medium
            client services medium, client service medium, client weak, clients weak, customer weak, customers weak
            retail medium, channel medium, channels medium, partnership* medium, partners medium, alliances medium
            presales, pre sales, export medium, dealer medium, territory weak, area weak, store weak, shop weak
            wholesale medium, inside sales, bd medium, b2b weak, b2c weak, sales operations, sales ops
            sales enablement, revenue operations, revops, telesales, distribution sales, account management
            customer relations weak, client relations medium, fund raising medium, strategic partnerships
            business weak, accounts strategic, relationship* weak, development business, franchise medium
            field sales, pricing medium, e sales, trade weak, new business, real estate weak, lettings medium
            pharmaceutical sales, bus development, acct weak""",
        "operations": """
            operation* medium, ops medium, operating medium, project weak, projects weak, program weak
            programme weak, programs weak, programmes weak, pmo, facility medium, facilities medium
            customer service medium, customer support medium, customer care medium, customer operations medium
            call center medium, call centre medium, contact center medium, contact centre medium, service weak
            services weak, support weak, delivery weak, process weak, processes weak, hse medium, ehs medium
            qhse medium, health and safety medium, health & safety medium, safety medium, ehsq medium, hseq medium
            continuous improvement medium, operational excellence medium, transformation medium, change weak
            change management medium, business operations, business excellence medium, business process medium
            project management medium, program management medium, shared services medium, security weak
            security physical, fleet medium, real estate operations, branch weak, business support medium
            crisis weak, field operations, global operations, store operations, efficiency weak, customer success
            customer experience, workplace medium, svc weak, six sigma medium, lean medium""",
        "hr": """
            hr, human resource, human resources, humanresources, human capital, people medium, personnel
            talent medium, recruit*, talent acquisition, talent management, learning medium, training medium
            workforce medium, staffing, employee relations, employer branding, compensation, benefits medium
            organizational development medium, organisational development medium, l&d, learning and development
            learning & development, people operations, people ops, people and culture, people & culture
            total rewards, rewards medium, employee experience, employee engagement, od weak, culture weak
            hr operations, labor relations, industrial relations, leadership development, organization development
            onboarding weak, recruitment marketing, talent development, labour relations, hris, people analytics
            organisation weak, personel, diversity, inclusion medium, dei, diversity equity, equity and inclusion
            equity & inclusion, personaladministration""",
        "engineering": """
            engineering, r&d, research, research and development, research & development, innovation medium
            technical weak, development weak, product development, product engineering, mechanical medium
            electrical medium, electronic* medium, civil medium, chemical medium, design engineering
            laboratory medium, lab weak, labs weak, science medium, sciences medium, scientific medium
            biotech* medium, robotics medium, mechatronics medium, cad medium, hvac medium, structural medium
            instrumentation medium, embedded medium, automotive weak, aerospace weak, energy weak, architecture weak
            simulation medium, clinical research medium, clinical development medium, nuclear weak, geotechnical
            process engineering, test weak, testing weak, validation medium, patents medium, npd, npi
            new product development, physics, chemistry, biology, biochemistry, mathematics medium, geology
            astronomy medium, neuroscience, materials science, electronics, mechanics medium, photonics
            optics medium, chemicals weak, quality medium, quality assurance medium, quality control medium
            product weak, products weak, product management medium""",
        "legal": """
            legal*, law, compliance medium, litigation, contracts medium, contract weak, intellectual property
            ip weak, data protection, privacy medium, gdpr, corporate governance medium, governance medium
            patent* medium, ethics medium, government affairs medium, government relations medium
            anti money laundering, trade compliance, licensing weak, conveyancing, regulatory affairs medium
            regulatory medium""",
        "purchasing": """
            purchas*, procur*, sourcing, buying, vendor management, supplier* medium, vendor medium, category medium
            commodity medium, strategic sourcing, contract management weak, supplier quality medium, source to pay
            procure to pay, spend weak, raw materials weak""",
        "production": """
            production, manufactur*, logistic*, supply chain, supply medium, warehous*, transport* medium, shipping
            freight, inventory, distribution medium, plant medium, factory medium, maintenance medium, assembly
            materials medium, material weak, fulfillment, fulfilment, planning weak, packaging medium
            construction weak, workshop medium, machine weak, machines weak, machining, cnc, foundry, stock medium
            scm, customs medium, import medium, industrial medium, demand planning, tooling, mining weak, welding
            s&op, supply planning, trucking, storage weak, dispatch medium, cargo medium, courier weak, fabrication
            moulding, printing weak, repair weak, import export, forwarding, delivery logistics, whse
            intralogistics""",
        "general_management": """
            strategy medium, strategic weak, corporate development medium, corporate weak, business unit weak
            general management medium, strategic planning medium, regional weak, country weak, office of the ceo
            managing weak, group strategy, corporate strategy, ceo office medium, ceo working group""",
        "other": """
            consulting weak, consultancy weak, advisory weak, education* weak, school weak, university weak
            college weak, academic weak, hospital weak, health weak, healthcare weak, medical weak, clinical weak
            nursing medium, pharmacy weak, pharma weak, dental weak, care weak, social weak, hospitality weak
            hotel weak, restaurant weak, food weak, beverage weak, kitchen medium, culinary medium, tourism weak
            travel weak, agriculture weak, farm weak, music medium, film weak, theatre medium, theater medium
            museum medium, art weak, arts weak, sport weak, sports weak, fitness weak, government weak, public weak
            policy weak, environment* weak, sustainability medium, esg medium, csr weak, property weak
            military weak, police weak, church medium, ministry weak, library medium, housing weak, charity weak
            nonprofit weak, teaching medium, admissions medium, student services medium, student affairs medium
            volunteer services medium, patient weak, youth weak, veterinary weak, knowledge weak
            housekeeping medium, guest weak, catering medium, spa weak, curriculum medium, nutrition weak
            pediatric* weak, physical therapy medium, counseling medium, administration weak, admin weak
            administrative weak, office weak, back office weak, fundraising medium, public affairs medium
            public policy medium, grants weak, ux medium, ui medium, user experience medium, modern languages medium
            mathematics department medium, clerical weak""",
    },
    bodies={
        "c_level general_management soft": """
            executive management, board, executive team, c level, c suite, board of directors, advisory board
            supervisory board, board of management, executive board, board of trustees, executive committee
            management board""",
        "manager": "management, mgmt, leadership, management team",
    },
    marks={
        "assistant_modifier": "assistant, asst, assist, assistent?, ass?",
        "assistant": """
            executive assistant, personal assistant, pa, ea, secretary, secretaries, administrative assistant
            admin assistant, executive secretary, management assistant, assistant to, office assistant, assistants
            exec assistant, virtual assistant, team assistant, clerical assistant, executive pa, private secretary
            assistant for, executive administrative assistant, executive personal assistant, executive support
            ceo assistant""",
        "past": """
            former*, ex, retired, formerly, past, previously, retiree, emeritus, late, deceased, ret?, semi retired
            previous""",
        "now": "now, currently, current, presently",
        "pupil": "student, students, alumni, undergraduate, graduate student, pupil, alumnus",
        "junior": """
            trainee, trainees, postgraduate, phd candidate, phd student, doctoral candidate, doctoral student
            phd researcher, phd, management trainee, mba candidate, mba student, mba intern, working student
            summer intern, placement student, research student, aspiring, cadet, in training, work experience
            future, intern, interns, apprentice, apprentices, internship, internships, interning, graduate
            graduate trainee, student assistant, graduates""",
        "deputy": "deputy, vice, acting, interim, ad interim, adjunct, dep, sub, under",
        "chief": "chief",
        "lead": "lead, leading",
        "prep": "of, to, for, in, on, with, by, from, per, within, under the",
        "article": "the, a, an, our, my, its, this, that",
        "and": "and, &, +, as well as, plus",
        "cut": "at, @, c/o",
        "noise": """
            senior, sr, snr, junior, jr, jnr, global, globally, international, intl, int, national, worldwide, world
            group, principals, emea, apac, dach, eu, uk, us, usa, eastern, western, northern, southern, north, south
            east, west, central, europe, european, asia, africa, america, americas, latam, nordic*, benelux, middle
            pacific, germany, france, spain, italy, england, ireland, netherlands, belgium, switzerland, austria
            sweden, denmark, norway, portugal, brazil, mexico, india, china, canada, australia, i, ii, iii, iv, 1, 2
            3, level, full, part, time, certified, chartered, licensed, experienced, staff level, high, low, new
            main, mr, mrs, ms, dr., mba, msc, bsc, ba, cissp, pmp, dept, department, dep., div, division, divisional
            company, co, firm, agency, and more, team, teams, unit, section, function, head quarter, headquarters
            hq, site, local, zone, cluster, region, mea, na, temporary, contract based, independent
            professional services, various, executive level, mid, upper, first, second, third, solutions, solution
            excellence, responsible, responsibility, experience, all, other, etc, enterprise, smb, mid market
            vertical, role, position, title, job, current role, current position, digital and, non, multi, cross
            functional, dual, at home, work at home, work from home, from home, remote, at large, seasonal, weekend
            night, overnight, full time, part time, opportunity, needed, bilingual, board certified, alternate""",
        "legal_form": """
            gmbh, ag, ltd, limited, inc, llc, llp, plc, corp, corporation, sarl, sas, bv, nv, ab, aps, oy, spa., srl
            lda, kg, ohg, ug, se., gbr, s.l., s.a., sa., a/s, asa, holding, holdings, e.v., ltda, sl, s.a.r.l., b.v.
            n.v., s.p.a., s.r.l., pty, pvt""",
        "serving": "office of, office of the, reporting to, reporting, supporting, on behalf of, secretariat",
        "member": "member, member of, members, member of the, part of",
    },
)
