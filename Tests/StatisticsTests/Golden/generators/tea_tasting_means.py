"""Means and ratios of partners by tea-tasting. Usage: python tea_tasting_means.py <folder with cases/ and data/>"""
import json,sys,pandas as pd, tea_tasting as tt
F=sys.argv[1]
for name in ("f11","f18","f40","f120","f6"):
    d=pd.read_csv(f"{F}/data/{name}.csv"); d["customers"]=1
    g=d.groupby("partner").agg(variant=("arm","first"),renewed=("renewed","sum"),customers=("customers","sum"),arr_after=("arr_after","sum"),arr_before=("arr_before","sum"),xpre=("xpre","first")).reset_index(); g["rate"]=g.renewed/g.customers; g["xs"]=g.xpre*g.customers; g["n2"]=g.customers
    for alt in ("two-sided","greater","less"):
        for lv in (.95,.8):
            kw=dict(alternative=alt,confidence_level=lv,equal_var=False,use_t=True)
            e=tt.Experiment(rate=tt.Mean("rate",**kw),rate_cuped=tt.Mean("rate",covariate="xpre",**kw),nrr=tt.RatioOfMeans("arr_after","arr_before",**kw),renewal=tt.RatioOfMeans("renewed","customers",**kw),renewal_cuped=tt.RatioOfMeans("renewed","customers","xs","n2",**kw))
            r=e.analyze(g)
            for m in ("rate","rate_cuped","nrr","renewal","renewal_cuped"):
                x=r[m]._asdict(); x={k:(None if v!=v or abs(v)==float("inf") else float(v)) for k,v in x.items()}
                cov={"rate_cuped":"xpre","renewal_cuped":"ratio covariate sum(xpre*customers)/sum(customers)"}.get(m)
                json.dump({"case":f"{name}_tea_{m}_{alt}_{int(lv*100)}","method":"tea_tasting_cuped" if cov else ("tea_tasting_mean"),"input":f"data/{name}.csv","arguments":{"unit":"partner","metric":m,"covariate":cov,"equal_var":False,"alternative":alt,"level":lv},"expected":x,"tolerance":{"rel":1e-6,"abs":1e-9},"source":"Python tea-tasting 1.14.0"},open(f"{F}/cases/{name}_tea_{m}_{alt}_{int(lv*100)}.json","w"))
